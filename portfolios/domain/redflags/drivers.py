"""Who drives the prepayments: a servicer or seller with far more of them than of the balance."""

from dataclasses import dataclass
from typing import Literal

import polars as pl
import scipy

from portfolios.domain.redflags.flag import DEFAULTS, Flag, FlagKind, Level, Thresholds

Group = Literal["servicer", "seller"]
TINY = 1e-300
CODES: dict[Group, str] = {"servicer": "servicer_drives", "seller": "seller_drives"}


@dataclass(frozen=True, slots=True)
class Driver:
    """One servicer or seller in a month: shares in percent, its loans and those that prepaid, of how many in all.

    groups: how many servicers or sellers the pool has, each of which could have stood out by chance.
    """

    group: Group
    name: str
    balance_share: float
    prepaid_share: float
    loans: int
    prepaid: int
    all_loans: int
    all_prepaid: int
    groups: int

    @property
    def expected(self) -> float:
        """How many of its loans would have prepaid had they been as fast as all."""
        return self.all_prepaid * self.loans / self.all_loans

    @property
    def z(self) -> float:
        """How rare so many are, in standard errors of a normal variable with the same tail.

        The tail is that of the binomial itself, as few loans prepay in a month, times the number of groups: among
        twenty sellers one is always ahead.
        """
        tail = (
            float(scipy.special.bdtrc(self.prepaid - 1, self.all_prepaid, self.loans / self.all_loans))
            if self.prepaid
            else 1.0
        )
        return float(-scipy.special.ndtri(min(max(tail * self.groups, TINY), 0.5)))


def drivers(before: pl.DataFrame, now: pl.DataFrame) -> list[Driver]:
    """Each servicer and seller of a month's start with its share of the balance and of the loans that left.

    before, now: loans there at the month's start and end: loan_id, balance, and servicer or seller where known.
    """
    if before.is_empty():
        return []
    gone = ~pl.col("loan_id").is_in(now["loan_id"].to_list())
    found: list[Driver] = []
    for group in CODES:
        if group in before.columns and before[group].n_unique() > 1:
            found += _drivers_of(before.with_columns(gone.alias("gone")), group)
    return found


def _drivers_of(loans: pl.DataFrame, group: Group) -> list[Driver]:
    left = loans.filter("gone")
    balance, prepaid = loans["balance"].sum(), left["balance"].sum()
    if not balance or not prepaid:
        return []
    of_gone = pl.col("balance").filter(pl.col("gone")).sum()
    rows = (
        loans.drop_nulls(group)
        .group_by(group)
        .agg(pl.col("balance").sum(), of_gone.alias("prepaid"), pl.len().alias("loans"), pl.col("gone").sum())
        .sort("prepaid", group, descending=[True, False])
    )
    return [
        Driver(
            group=group,
            name=row[group],
            balance_share=100.0 * row["balance"] / balance,
            prepaid_share=100.0 * row["prepaid"] / prepaid,
            loans=row["loans"],
            prepaid=row["gone"],
            all_loans=loans.height,
            all_prepaid=left.height,
            groups=rows.height,
        )
        for row in rows.iter_rows(named=True)
    ]


def driver_flags(found: list[Driver], limits: Thresholds = DEFAULTS) -> list[Flag]:
    """At most one flag of servicers and one of sellers: the one furthest above its share of the balance."""
    flags = []
    for group in CODES:
        over = [each for each in found if each.group == group and _drives(each, limits)]
        if over:
            flags.append(_flag(max(over, key=lambda each: each.prepaid_share - each.balance_share)))
    return flags


def _drives(each: Driver, limits: Thresholds) -> bool:
    return each.prepaid_share - each.balance_share > limits.driver_gap and each.z > limits.driver_z


def _flag(each: Driver) -> Flag:
    prepaid = "1 loan" if each.prepaid == 1 else f"{each.prepaid:,} loans"
    sentence = (
        f"{each.group.capitalize()} {each.name} holds {each.balance_share:.0f}% of the balance and "
        f"{each.prepaid_share:.0f}% of the month's prepayments: {prepaid} where {each.expected:.1f} would be its share."
    )
    numbers = {
        "prepaid_share": each.prepaid_share,
        "balance_share": each.balance_share,
        "gap": each.prepaid_share - each.balance_share,
        "prepaid_loans": float(each.prepaid),
        "expected_loans": each.expected,
        "z": each.z,
    }
    return Flag(CODES[each.group], FlagKind.SPEED, Level.AMBER, sentence, numbers)
