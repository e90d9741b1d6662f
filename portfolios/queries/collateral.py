"""What secures a pool: its loans at issue beside those that are left, from Parquet, by column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import Sum

from config.ui import dates, numbers
from loans.services.files import read_parquet
from portfolios.domain import collateral as domain
from portfolios.domain.poolmonth import LOAN_COLUMNS
from portfolios.models import PoolMonth, Security
from portfolios.queries.poolpage.working import Line, Working, result

PAGE = 50
GROUPED = (
    ("state", "State"), ("zip3", "ZIP-3"), ("seller", "Seller"), ("servicer", "Servicer"), ("occupancy", "Occupancy"),
    ("purpose", "Purpose"), ("property_type", "Property type"),
)  # fmt: skip
CAUSES = (
    ("paid_off", "Paid off"), ("repurchased", "Repurchased"), ("liquidated", "Liquidated"),
    ("removed", "Left, cause not told"),
)  # fmt: skip
SHOWN = ("all", "left", "stayed")
MEASURES = {
    "credit_score": "Credit score",
    "ltv": "LTV",
    "dti": "DTI",
    "rate": "Note rate",
    "incentive": "Rate above the pool's average",
    "balance": "Average balance",
}
LABEL_UNIT, CAPITAL_UNIT, LONGEST_LABEL = 5.9, 7.2, 20
ROW, WIDTH, VALUE_ROOM = 30, 360.0, 40.0


@dataclass(frozen=True, slots=True)
class Cause:
    """Loans that left for one cause in all recorded months, and their balance when they did, USD."""

    label: str
    loans: int | None
    upb: Decimal | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bars of one band in SVG units: at issue above, now below."""

    label: str
    y: float
    then: float
    now: float
    then_text: str
    now_text: str

    @property
    def y_now(self) -> float:
        return self.y + 10

    @property
    def then_at(self) -> float:
        """Where the text behind the upper bar begins."""
        return self.then + 5

    @property
    def now_at(self) -> float:
        return self.now + 5


@dataclass(frozen=True, slots=True)
class Strata:
    """A stratification then and now: its rows for the table, and its bars."""

    name: str
    title: str
    rows: Sequence[domain.ThenNow]
    pairs: Sequence[Pair]
    start: float
    height: int


@dataclass(frozen=True, slots=True)
class Collateral:
    """The page's figures. Without loans at issue only the causes and counts of the months are known."""

    month: date | None
    issue: domain.Concentration | None
    now: domain.Concentration | None
    groups: Sequence[Strata]
    strata: Sequence[Strata]
    selection: domain.Selection | None
    causes: Sequence[Cause]
    workings: Sequence[Working]

    @property
    def share(self) -> float | None:
        """Loans now over loans at issue."""
        return self.now.loans / self.issue.loans if self.now and self.issue and self.issue.loans else None

    @property
    def then(self) -> dict[str, str]:
        """What stood at issue for the figures of the strip, as notes below them."""
        if self.issue is None:
            return {}
        return {
            "effective": f"{numbers.number(self.issue.effective, 1)} at issue",
            "ten": f"{numbers.pct(self.issue.ten)} at issue",
            "average": f"{numbers.money_short(self.issue.average)} at issue",
            "units": f"{numbers.count(self.issue.units)} at issue",
            "loans": f"of {numbers.count(self.issue.loans)} at issue",
        }


def frames(security: Security) -> tuple[pl.DataFrame, pl.DataFrame, date]:
    """Loans at issue, loans of the newest month that has them, and that month; one query, two files."""
    issue = read_parquet(security.collateral, only=LOAN_COLUMNS)
    newest = (
        PoolMonth.objects.filter(security=security, latest=True)
        .exclude(loans="")
        .order_by("-month")
        .only("month", "loans")
    ).first()
    if newest is None or newest.month == security.issued_on:
        return issue, issue, security.issued_on
    return issue, read_parquet(newest.loans, only=LOAN_COLUMNS), newest.month


def collateral(security: Security) -> Collateral:
    """Everything the page shows, in two queries and two files."""
    found = causes(security)
    if not security.collateral:
        return Collateral(None, None, None, (), (), None, found, ())
    issue, now, month = frames(security)
    at_issue, current = domain.concentration(issue), domain.concentration(now)
    cuts = (*domain.CUTS[:3], domain.rate_cut(issue), *domain.CUTS[3:])
    grouped = ((name, title, domain.groups(issue, now, name)) for name, title in GROUPED)
    bands = ((cut.name, cut.title, domain.strata(issue, now, cut)) for cut in cuts)
    return Collateral(
        month=month,
        issue=at_issue,
        now=current,
        groups=[drawn(*parts) for parts in grouped if parts[2]],
        strata=[drawn(*parts) for parts in bands if parts[2]],
        selection=domain.selection(issue, now),
        causes=found,
        workings=list(workings(at_issue, current, month, now)),
    )


def causes(security: Security) -> list[Cause]:
    """Loans and balance that left by cause, added up over all months; causes that no month tells are left out."""
    sums = {name: Sum(name) for name, _ in CAUSES} | {f"{name}_count": Sum(f"{name}_count") for name, _ in CAUSES}
    totals = PoolMonth.objects.filter(security=security, latest=True).aggregate(
        **{f"s_{k}": v for k, v in sums.items()}
    )
    rows = [Cause(label, totals[f"s_{name}_count"], totals[f"s_{name}"]) for name, label in CAUSES]
    return [row for row in rows if row.loans or row.upb]


def drawn(name: str, title: str, rows: Sequence[domain.ThenNow]) -> Strata:
    """Bars of both moments on one scale, with their values behind them."""
    rows = [replace(row, label=in_words(row.label)) for row in rows]
    start = max(label_width(shortened(row.label)) for row in rows) + 12
    longest = max(max(row.share_then, row.share_now) for row in rows) or 1.0
    unit = (WIDTH - start - VALUE_ROOM) / longest
    pairs = [
        Pair(
            shortened(row.label),
            position * ROW + 4,
            round(row.share_then * unit, 1),
            round(row.share_now * unit, 1),
            numbers.fixed(row.share_then, 1, after="%"),
            numbers.fixed(row.share_now, 1, after="%"),
        )
        for position, row in enumerate(rows)
    ]
    return Strata(name, title, rows, pairs, round(start, 1), len(rows) * ROW)


def shortened(label: str) -> str:
    """A label that leaves the bars their room; the table behind the chart has all of it."""
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip(" ,.") + "…"


def label_width(label: str) -> float:
    """About how wide a label is drawn; capitals are wider."""
    return sum(CAPITAL_UNIT if character.isupper() else LABEL_UNIT for character in label)


def in_words(label: str) -> str:
    """A code as people read it: PrimaryResidence becomes Primary residence; short capitals stay."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)
    return spaced.capitalize() if spaced != label else label


def workings(issue: domain.Concentration, now: domain.Concentration, month: date, loans: pl.DataFrame) -> list[Working]:
    """How the page's main figures came about."""
    when = dates.month(month)
    squares = float((loans["balance"] ** 2).sum())
    left = Working(
        "left",
        "Loans left",
        "loans now / loans at issue",
        (
            Line("Loans at issue", numbers.count(issue.loans)),
            Line(f"Loans in {when}", numbers.count(now.loans)),
            result("Share of the loans", numbers.share(now.loans / issue.loans) if issue.loans else numbers.MISSING),
        ),
        "one loan is one property of one to four units",
    )
    effective = Working(
        "effective",
        "Effective number of loans",
        "(Σ balance)² / Σ balance²",
        (
            Line("Σ balance", numbers.money_cents(now.balance)),
            Line("Σ balance²", f"{squares:,.2f}", "square dollars"),
            result("Effective number of loans", numbers.number(now.effective, 1)),
        ),
        "the number of equal loans with the same concentration",
    )
    largest = Working(
        "largest",
        "Largest loans",
        "balance of the largest 1, 5, 10 loans / Σ balance",
        (
            Line("Largest", numbers.pct(now.largest), f"at issue {numbers.pct(issue.largest)}"),
            Line("Five largest", numbers.pct(now.five), f"at issue {numbers.pct(issue.five)}"),
            result("Ten largest", numbers.pct(now.ten)),
        ),
        f"balances of {when}",
    )
    return [left, effective, largest]


@dataclass(frozen=True, slots=True)
class LoansPage:
    """Fifty loans of a pool after one of them; `total` under the filter."""

    rows: Sequence[dict[str, Any]]
    shown: str
    total: int
    next: str
    counts: dict[str, int]


def loan_table(security: Security, shown: str = "all") -> pl.DataFrame:
    """Loans at issue with what is left of them, by number, under a filter: all, left or stayed."""
    issue, now, _ = frames(security)
    return _only(domain.loan_rows(issue, now), shown)


def loans_page(security: Security, *, shown: str, after: str) -> LoansPage:
    """Fifty loans by number after one of them."""
    table = loan_table(security)
    chosen = shown if shown in SHOWN else "all"
    counts = {name: _only(table, name).height for name in SHOWN}
    rows = _only(table, chosen)
    if after:
        rows = rows.filter(pl.col("loan_id") > after)
    more = str(rows["loan_id"][PAGE - 1]) if rows.height > PAGE else ""
    return LoansPage(rows.head(PAGE).to_dicts(), chosen, counts[chosen], more, counts)


def _only(table: pl.DataFrame, shown: str) -> pl.DataFrame:
    if shown == "left":
        return table.filter(pl.col("balance_now").is_null())
    return table.filter(pl.col("balance_now").is_not_null()) if shown == "stayed" else table
