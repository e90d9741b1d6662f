"""Tags for what things mean: severity, grade, state, limit. Shape and word first, color last."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.ui import numbers
from config.ui.icons import icon
from config.ui.registry import register

SEVERITIES: dict[Any, str] = {
    1: "fatal", "fatal": "fatal",
    2: "warning", "warning_to_fatal": "warning",
    3: "warning", "warning": "warning",
    4: "info", "informational": "info", "info": "info",
    "pass": "pass",
}  # fmt: skip
WORDS = {"fatal": "Fatal", "warning": "Warning", "info": "Info", "pass": "Pass"}
GRADES = ("A", "B", "C", "D")
NEAR = Decimal("0.95")


@dataclass(frozen=True, slots=True)
class State:
    """A step of a lifecycle as people see it: its ring and its word."""

    mark: str
    word: str


STATES: dict[str, State] = {
    "draft": State("st-draft", "Draft"),
    "checking": State("st-checking", "Checking"),
    "with_lender": State("st-curing", "With lender"),
    "in_review": State("st-review", "In review"),
    "second_sign_off": State("st-second", "Second sign-off"),
    "approved": State("st-approved", "Approved"),
    "rejected": State("st-rejected", "Rejected"),
    "settled": State("st-settled", "Settled"),
    "withdrawn": State("st-rejected", "Withdrawn"),
    # a tape
    "reading": State("st-checking", "Reading"),
    "unreadable": State("st-rejected", "Cannot be read"),
    # a factor file
    "imported": State("st-approved", "Imported"),
    "mapping": State("st-curing", "Match columns"),
    "preparing": State("st-checking", "Preparing"),
    "ready": State("st-approved", "Ready to check"),
    # a run
    "finishing": State("st-checking", "Adding up"),
    "done": State("st-approved", "Checked"),
    "failed": State("st-rejected", "Could not be checked"),
    "stopped": State("st-settled", "Stopped"),
    # a finding
    "open": State("st-draft", "Open"),
    "verified": State("st-approved", "Verified"),
    "waived": State("st-settled", "Waived"),
    "disputed": State("st-curing", "Disputed"),
    "cured": State("st-approved", "Cured"),
    # a red flag
    "flag_new": State("st-draft", "New"),
    "flag_seen": State("st-review", "Seen"),
    "flag_explained": State("st-approved", "Explained"),
    "flag_past": State("st-settled", "Past"),
    "flag_withdrawn": State("st-settled", "No longer raised"),
    # a sale
    "sale_draft": State("st-draft", "Draft"),
    "sale_open": State("st-checking", "Bidding open, sealed"),
    "sale_closed": State("st-curing", "Closed, not opened"),
    "sale_opened": State("st-review", "Bids opened"),
    "sale_auction": State("st-review", "Open auction"),
    "sale_final_round": State("st-second", "Best and final, sealed"),
    "sale_awarded": State("st-approved", "Awarded"),
    "sale_settled": State("st-settled", "Settled"),
    "sale_no_award": State("st-rejected", "No award"),
    "sale_cancelled": State("st-rejected", "Canceled"),
    # an organization invited to bid
    "bidder_invited": State("st-draft", "Invited"),
    "bidder_confidential": State("st-checking", "Agreement signed"),
    "bidder_qualified": State("st-approved", "Qualified"),
    "bidder_declined": State("st-settled", "Declined"),
    "bidder_barred": State("st-rejected", "Barred"),
    # an adviser of a sale that the receiver demanded
    "adviser_named": State("st-review", "Waits for the receiver"),
    "adviser_approved": State("st-approved", "Approved"),
    "adviser_refused": State("st-rejected", "Refused"),
    "adviser_ended": State("st-settled", "Let go"),
    # a price grid
    "grid_current": State("st-approved", "Current"),
    "grid_expired": State("st-curing", "Expired"),
    "grid_retired": State("st-settled", "Retired"),
    # a pooling plan
    "plan_pricing": State("st-checking", "Pricing"),
    "plan_fast": State("st-second", "First answer"),
    "plan_done": State("st-review", "Answered"),
    "plan_accepted": State("st-approved", "Accepted"),
    "plan_failed": State("st-rejected", "No answer"),
    # criteria
    "published": State("st-approved", "In force"),
    "retired": State("st-settled", "Retired"),
}
ALIASES = {
    "curing": "with_lender",
    "review": "in_review",
    "second": "second_sign_off",
    "second_signoff": "second_sign_off",
}


class UnknownMeaning(ValueError):
    """A template names a severity, grade or state that the interface does not know."""


def severity_name(value: Any) -> str:
    """The group the interface shows for a severity: fatal, warning, info or pass."""
    try:
        return SEVERITIES[value]
    except (KeyError, TypeError):
        raise UnknownMeaning(f"No severity {value!r}.") from None


@register.filter
def severity(value: Any) -> str:
    """The group of a severity as a CSS name, for classes and tones: fatal, warning, info."""
    return severity_name(value)


@register.simple_tag
def sev(value: Any, count: Any = None) -> SafeString:
    """A severity as mark and word, with its count before the word when one is given."""
    name = severity_name(value)
    words = WORDS[name] if count is None else f"{numbers.count(count)} {WORDS[name]}"
    return format_html('<span class="sev {}{}">{}{}</span>', name, _zero(count), icon(name), words)


@register.simple_tag
def sev_mark(value: Any) -> SafeString:
    """The mark of a severity alone, named for screen readers."""
    name = severity_name(value)
    return format_html('<span class="sev {}">{}</span>', name, icon(name, label=WORDS[name]))


@register.simple_tag
def sevs(fatal: Any = 0, warning: Any = 0, info: Any = 0) -> SafeString:
    """The counts of the three severities on a fixed grid, so that a column of them lines up."""
    counts = {"fatal": fatal or 0, "warning": warning or 0, "info": info or 0}
    return format_html(
        '<span class="pl-sevs">{}</span>', format_html_join("", "{}", ((_tally(*pair),) for pair in counts.items()))
    )


def _tally(name: str, amount: Any) -> SafeString:
    return format_html(
        '<span class="sev {}{}">{}{}<span class="visually-hidden"> {}</span></span>',
        name, _zero(amount), icon(name), numbers.count(amount), name,
    )  # fmt: skip


def _zero(amount: Any) -> str:
    return "" if amount is None or amount else " zero"


@register.simple_tag
def grade(letter: str | None) -> SafeString:
    """A grade as its letter tile; a dash when the loan has none yet."""
    if not letter:
        return SafeString(f'<span class="mut">{numbers.MISSING}</span>')
    if letter not in GRADES:
        raise UnknownMeaning(f"No grade {letter!r}.")
    return format_html('<span class="grade {}" title="Grade {}">{}</span>', letter, letter, letter)


@register.simple_tag
def grades(a: Any = 0, b: Any = 0, c: Any = 0, d: Any = 0) -> SafeString:
    """The distribution of the grades as one bar, A to D from the left; put the numbers beside it."""
    counts = dict(zip(GRADES, (a or 0, b or 0, c or 0, d or 0), strict=True))
    spoken = ", ".join(f"{letter} {numbers.count(amount)}" for letter, amount in counts.items())
    parts = format_html_join("", '<i class="{}" style="--n:{}"></i>', ((k, n) for k, n in counts.items() if n))
    return format_html('<span class="pl-grades" role="img" aria-label="Grades: {}">{}</span>', spoken, parts)


def state_of(value: Any) -> State:
    """How the interface shows a step of a lifecycle."""
    name = str(getattr(value, "value", value))
    try:
        return STATES[ALIASES.get(name, name)]
    except KeyError:
        raise UnknownMeaning(f"No state {name!r}.") from None


@register.simple_tag
def state(value: Any, word: str = "") -> SafeString:
    """A state as its ring and word; `word` replaces the usual one."""
    shown = state_of(value)
    return format_html('<span class="state">{}{}</span>', icon(shown.mark), word or shown.word)


@register.simple_tag
def ring(value: Any) -> SafeString:
    """The ring of a state alone, named for screen readers."""
    shown = state_of(value)
    return icon(shown.mark, label=shown.word)


@register.simple_tag
def state_word(value: Any) -> str:
    """The word of a state: In review."""
    return state_of(value).word


@register.simple_tag
def named(value: Any, name: str, url: str, note: str = "") -> SafeString:
    """A row header: the ring, the name as a link, and the state's word with a note in the second line."""
    parts = [(part,) for part in (state_of(value).word, note) if part]
    second = format_html_join(" · ", '<span class="text-nowrap">{}</span>', parts)
    return format_html(
        '<span class="pl-name">{}<a class="row-link" href="{}" title="{}">{}</a><small>{}</small></span>',
        ring(value), url, name, name, second,
    )  # fmt: skip


def verdict_on(used: Any, cap: Any) -> str:
    """Where a used share stands against its limit: over, near (at 95% of it or more) or ok."""
    share, allowed = numbers.decimal(used) or Decimal(0), numbers.decimal(cap) or Decimal(0)
    if share > allowed:
        return "over"
    return "near" if allowed and share >= allowed * NEAR else "ok"


@register.simple_tag
def limit(used: Any, cap: Any, advice: bool = False) -> SafeString:
    """The bar of a limit with the plumb line at what is allowed; the numbers stand beside it. Advice only warns."""
    share, allowed = numbers.decimal(used) or Decimal(0), numbers.decimal(cap) or Decimal(0)
    if not allowed:  # nothing is allowed: the line stands where it always does, and anything used is past it
        share, allowed = Decimal(2 if share else 0), Decimal(1)
    return format_html(
        '<div class="pl-limit {}" style="--used:{};--cap:{}">'
        '<span class="fill"></span><span class="excess"></span><span class="plumb"></span></div>',
        f"{verdict_on(share, allowed)}{' advice' if advice else ''}", f"{share:f}", f"{allowed:f}",
    )  # fmt: skip


@register.simple_tag
def limit_result(used: Any, cap: Any, advice: bool = False) -> SafeString:
    """The word for a limit: Met, Near or Over, each with its mark. Past an advice nothing is refused: it warns."""
    standing = verdict_on(used, cap)
    if standing == "ok":
        return format_html('<span class="sev pass">{}Met</span>', icon("check", size="sm"))
    name, word = ("fatal" if not advice else "warning", "Over") if standing == "over" else ("warning", "Near")
    return format_html('<span class="sev {}">{}{}</span>', name, icon(name), word)


@register.simple_tag
def bar(share: Any, tone: str = "", wide: bool = False, lead: bool = False) -> SafeString:
    """A bar in a table cell, only next to its number. `share` is a fraction of the longest bar (0 to 1)."""
    part = min(max(numbers.decimal(share) or Decimal(0), Decimal(0)), Decimal(1)) * 100
    classes = " ".join(name for name, wanted in ((f"bar-{tone}", tone), ("wide", wide), ("lead", lead)) if wanted)
    return format_html('<span class="bar {}" style="--w:{}%"></span>', classes, f"{numbers.half_up(part, 2):f}")


@register.simple_tag
def tag(text: Any, tone: str = "", mark: str = "") -> SafeString:
    """A small label, with an icon in front when `mark` names one."""
    return format_html('<span class="pl-tag {}">{}{}</span>', tone, icon(mark, size="sm") if mark else "", text)
