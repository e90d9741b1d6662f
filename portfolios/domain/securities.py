"""What a security (a pool) is: where its record comes from, which program it follows, and how it ends."""

from enum import StrEnum


class SecuritySource(StrEnum):
    """Where a pool's terms come from."""

    BUNDLE = "bundle"  # an approved bundle, issued here
    SETTLED = "settled"  # a lot that was bought and paid for here
    PUBLISHED = "published"  # an agency's files
    LOANS = "loans"  # a file of its loans
    HAND = "hand"  # typed in


class MonthSource(StrEnum):
    """Where a month that was computed here comes from."""

    ISSUE = "issue"  # factor 1 by definition
    REMITTANCE = "remittance"  # the servicer's tape of that month
    LOANS = "loans"  # a file of loans with their exits, or the agencies' loan-level files
    HAND = "hand"


class SecurityStatus(StrEnum):
    """How the pool stands. Only a paid-off pool paid its last principal; the other two ends paid nothing."""

    ACTIVE = "active"
    PAID_OFF = "paid_off"
    COLLAPSED = "collapsed"
    DISSOLVED = "dissolved"


class FlagState(StrEnum):
    """What people did about a red flag."""

    NEW = "new"
    SEEN = "seen"
    EXPLAINED = "explained"


FLAG_TRANSITIONS: dict[FlagState, tuple[FlagState, ...]] = {
    FlagState.NEW: (FlagState.SEEN, FlagState.EXPLAINED),
    FlagState.SEEN: (FlagState.EXPLAINED, FlagState.NEW),  # new again when an amber one turns red
    FlagState.EXPLAINED: (FlagState.SEEN, FlagState.NEW),  # taken back; or its numbers changed, and it lapsed
}


class Program(StrEnum):
    """The programs whose conventions are known; `portfolios/reference/programs.toml` has their delays and sources."""

    GINNIE_I = "ginnie_i"
    GINNIE_II = "ginnie_ii"
    FANNIE_MAE = "fannie_mae"
    FREDDIE_UMBS = "freddie_umbs"  # 55 days
    FREDDIE_GOLD = "freddie_gold"  # 45 days
    FREDDIE_OTHER = "freddie_other"  # 75 days: ARM and other participation certificates
    PRIVATE = "private"
