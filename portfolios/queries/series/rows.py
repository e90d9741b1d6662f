"""The months of a series, row by row."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.factor import Comparison, RoundingRule, compared, current_face
from portfolios.domain.history import FactorHistory, Speeds
from portfolios.domain.securities import MonthSource
from portfolios.models import PoolMonth, Security
from portfolios.queries.series.arrays import Paths, figure, recorded
from portfolios.queries.series.months import Basis, EarlierValue, Paydown, SeriesMonth, SpeedInputs
from portfolios.queries.series.records import MonthRecords

Floats = NDArray[np.float64]

PUBLISHED = "published"
CAUSES = ("scheduled", "curtailed", "paid_off", "repurchased", "liquidated", "removed")
AS_COMPUTED = (
    "effective_loans",
    "largest_share",
    "top_state_share",
    "late_count",
    "late_upb",
    "loan_balance",
    "difference",
    "tolerance",
    "recorded_at",
)


def rows(
    security: Security, grid: Sequence[date], sources: Sequence[MonthRecords], history: FactorHistory, paths: Paths
) -> tuple[SeriesMonth, ...]:
    """One row a month."""
    inputs: dict[str, list[Any]] = {"inputs": speed_inputs(sources, history)}
    columns = expected_columns(paths) | speed_columns(history) | inputs
    found: list[SeriesMonth] = []
    before: Decimal | None = None
    for place, (month, source) in enumerate(zip(grid, sources, strict=True)):
        factors = factors_of(security, month, source)
        factor = factors["factor"]
        change = None if factor is None or before is None else factor - before
        numbers = {name: values[place] for name, values in columns.items()}
        found.append(SeriesMonth(month=month, change=change, **factors, **facts_of(source), **numbers))
        before = factor
    return tuple(found)


def expected_columns(paths: Paths) -> dict[str, list[Any]]:
    """The two paths and the forecast speeds, known in every month."""
    named = {
        "scheduled_factor": paths.scheduled,
        "expected_factor": paths.expected,
        "expected_smm": paths.smm,
        "expected_cpr": paths.cpr,
        "expected_cpr_three": paths.cpr_three,
    }
    return {name: values.tolist() for name, values in named.items()}


def speed_columns(history: FactorHistory) -> dict[str, list[Any]]:
    """Observed speeds over 1, 3 and 12 months."""
    one, three, twelve = (history.speeds(months) for months in (1, 3, 12))
    named = {"due_factor": history.scheduled(), "smm": one.smm}
    named |= _named(one, "") | _named(three, "_three") | _named(twelve, "_twelve")
    return {name: known(values) for name, values in named.items()}


def _named(speeds: Speeds, over: str) -> dict[str, Floats]:
    return {f"cpr{over}": speeds.cpr, f"psa{over}": speeds.psa}


def known(values: Floats) -> list[float | None]:
    """The numbers, with None for NaN."""
    return [None if value != value else value for value in values.tolist()]


def speed_inputs(sources: Sequence[MonthRecords], history: FactorHistory) -> list[SpeedInputs | None]:
    """What each month's speed was computed with; None in the first month."""
    said = ~np.isnan(recorded(sources, "wac") + recorded(sources, "wam"))
    terms, ratio, due = history.terms, history.ratio, ~np.isnan(history.due)
    found: list[SpeedInputs | None] = [None]
    for place in range(1, len(sources)):
        start = place - 1
        basis = Basis.LOANS if due[place] else Basis.RECORDED if said[start] else Basis.CARRIED
        gross, remaining, age = (float(values[start]) for values in (terms.gross, terms.remaining, terms.age))
        found.append(SpeedInputs(gross, remaining, age, float(ratio[place]), basis))
    return found


def factors_of(security: Security, month: date, source: MonthRecords) -> dict[str, Any]:
    """The factor that counts, where it comes from, and what was held against it."""
    face, published, computed = security.original_face, source.published, source.computed
    said = published.row.factor if published else None
    own = computed.factor if computed else None
    if said is None and own is None and month == security.issued_on:
        own = Decimal("1.00000000")
    factor = said if said is not None else own
    file_balance = published.row.balance if published else None
    comparison = compared(said, face, computed.balance) if said is not None and computed else None
    return {
        "factor": factor,
        "published": said,
        "computed": own,
        "comparison": comparison,
        "rounding": rounding_rule(security, said, file_balance, comparison),
        "balance": balance_of(security, factor, computed if said is None else None),
        "file_balance": file_balance,
        "source": source_of(source, factor),
    }


def rounding_rule(
    security: Security, said: Decimal | None, file_balance: Decimal | None, comparison: Comparison | None
) -> RoundingRule | None:
    """By which rule the published factor follows from balances: the file's own where it has one, else the computed."""
    if said is None:
        return None
    if file_balance is not None:
        return compared(said, security.original_face, file_balance).rule
    return comparison.rule if comparison else None


def balance_of(security: Security, factor: Decimal | None, computed: PoolMonth | None) -> Decimal | None:
    """The computed balance, or original face times the published factor."""
    if factor is None:
        return None
    return computed.balance if computed else current_face(security.original_face, factor)


def source_of(source: MonthRecords, factor: Decimal | None) -> str:
    if factor is None:
        return ""
    if source.published:
        return PUBLISHED
    return source.computed.source if source.computed else MonthSource.ISSUE


def facts_of(source: MonthRecords) -> dict[str, Any]:
    """Everything that is told about a month and not worked out."""
    computed, published = source.computed, source.published
    own = {name: getattr(computed, name) if computed else None for name in AS_COMPUTED}
    wac = figure(source, "wac")
    earlier = earlier_values(source)
    return own | {
        "loan_count": figure(source, "loan_count"),
        "wac": None if wac is None else float(wac),
        "wam": figure(source, "wam"),
        "wala": figure(source, "wala"),
        "top_state": computed.top_state if computed else "",
        "paydown": paydown_of(computed),
        "removed_upb": removed(source, "removed_upb", ("repurchased", "liquidated")),
        "removed_count": removed(source, "removed_count", ("repurchased_count", "liquidated_count")),
        "published_on": published.published_on if published else None,
        "versions": versions_of(source),
        "corrected": bool(earlier) or bool(published and published.reissue),
        "earlier": earlier,
        "findings": tuple(computed.findings) if computed else (),
        "facts": computed.facts if computed else {},
    }


def versions_of(source: MonthRecords) -> int:
    """How many values the factor that counts has had; 0 in a gap."""
    if source.published:
        return 1 + len(source.earlier_published)
    return 1 + len(source.earlier_computed) if source.computed else 0


def earlier_values(source: MonthRecords) -> tuple[EarlierValue, ...]:
    """What stood before, newest first."""
    published = [
        EarlierValue(old.row.factor, PUBLISHED, old.row.version, old.published_on, old.file)
        for old in source.earlier_published
    ]
    computed = [EarlierValue(old.factor, old.source, old.version, old.recorded_at) for old in source.earlier_computed]
    return (*reversed(published), *reversed(computed))


def paydown_of(computed: PoolMonth | None) -> Paydown | None:
    """Principal by cause, where a tape or loans told any of it."""
    if computed is None:
        return None
    causes = {cause: getattr(computed, cause) for cause in CAUSES}
    return Paydown(**causes) if any(value is not None for value in causes.values()) else None


def removed(source: MonthRecords, published: str, computed: tuple[str, str]) -> Any:
    """Loans taken out involuntarily: as the agency says, else repurchases and liquidations together."""
    said = getattr(source.published.row, published) if source.published else None
    if said is not None or source.computed is None:
        return said
    own = [value for name in computed if (value := getattr(source.computed, name)) is not None]
    return sum(own[1:], own[0]) if own else None
