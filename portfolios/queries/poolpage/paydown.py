"""Where a month's principal came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from config.ui import dates, numbers
from portfolios.domain.factor import cents
from portfolios.queries.series import Series, SeriesMonth

CAUSES = (
    ("paid_off", "Refinanced or sold"),
    ("removed", "Left, cause not told"),
    ("repurchased", "Bought out"),
    ("liquidated", "Liquidated"),
    ("curtailed", "Part payments"),
    ("scheduled", "Scheduled principal"),
)


@dataclass(frozen=True, slots=True)
class PaydownLines:
    """Principal by cause in USD, its total, and what the causes rest on."""

    title: str
    lines: tuple[tuple[str, Decimal], ...]
    total: Decimal
    basis: str
    working: str


def paydown(series: Series, month: SeriesMonth) -> PaydownLines | None:
    """By cause from the servicer's tape or the loans; else scheduled and prepaid as the factors tell them apart."""
    title = f"Where {month.month:%B}’s paydown came from"
    if month.paydown:
        lines = tuple((word, amount) for name, word in CAUSES if (amount := getattr(month.paydown, name)))
        return PaydownLines(title, lines, month.paydown.total, "By loan.", _sum(lines))
    lines = tuple(_by_factors(series, month))
    if not lines:
        return None
    total = sum((amount for _, amount in lines), Decimal(0))
    basis = "By the factors: the source of this month does not tell the causes apart."
    return PaydownLines(title, lines, total, basis, _by_factor_words(month))


def _by_factors(series: Series, month: SeriesMonth) -> Iterator[tuple[str, Decimal]]:
    """Scheduled principal is F1 − Fsched, prepaid Fsched − F2 (SF-5); involuntary removals are split off if told."""
    if month.change is None or month.due_factor is None or month.factor is None:
        return
    face = series.security.original_face
    total = cents(-month.change * face)
    prepaid = cents((Decimal(str(round(month.due_factor, 10))) - month.factor) * face)
    removed = month.removed_upb
    if removed is not None:
        yield "Prepaid", prepaid - removed
        yield "Taken out involuntarily", removed
    else:
        yield "Prepaid, buyouts included", prepaid
    yield "Scheduled principal", total - prepaid


def _sum(lines: tuple[tuple[str, Decimal], ...]) -> str:
    return " + ".join(numbers.money_cents(amount) for _, amount in lines)


def _by_factor_words(month: SeriesMonth) -> str:
    return (
        f"original face × fall of the factor in {dates.month(month.month)}; prepaid is original face × "
        f"(scheduled factor {numbers.factor8(month.due_factor)} − factor {numbers.factor8(month.factor)}) (SF-5)"
    )
