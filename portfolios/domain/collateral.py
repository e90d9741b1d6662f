"""The loans of a pool at issue beside those that are left: concentration, strata, and who went.

Frames have `LOAN_COLUMNS`. One single-family loan is one property of one to four units, so a count of loans is the
number of properties that still secure the pool. As the factor falls each loan's share grows: shares are percent of the
balance of the same moment. What left is measured as it was at issue, so that both sides are measured alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from portfolios.domain.poolmonth import SERIOUSLY_LATE, still_there
from portfolios.domain.redflags import effective_loan_count, largest_share

BLANK = "Not told"
OTHERS = "All others"
SHOWN_GROUPS = 6
HALF_POINTS_TO = 3.0  # percent


@dataclass(frozen=True, slots=True)
class Concentration:
    """Loans and units left, USD, effective number of loans (Σb)²/Σb², and shares of the largest in percent."""

    loans: int
    units: int | None
    balance: float
    effective: float
    largest: float
    five: float
    ten: float

    @property
    def average(self) -> float | None:
        """Average balance of a loan, USD."""
        return self.balance / self.loans if self.loans else None


def concentration(loans: pl.DataFrame) -> Concentration:
    """How many loans there are and how much hangs on the largest of them."""
    there = still_there(loans)
    balances = there["balance"].to_numpy()
    top_one, top_five, top_ten = (largest_share(balances, count) for count in (1, 5, 10))
    total = float(there["balance"].sum())
    return Concentration(
        there.height, units_of(there), total, effective_loan_count(balances), top_one, top_five, top_ten
    )


def units_of(loans: pl.DataFrame) -> int | None:
    """Dwelling units of all loans; None unless every loan tells them."""
    if "units" not in loans.columns or loans.height == 0 or loans["units"].null_count():
        return None
    return int(loans["units"].sum())


@dataclass(frozen=True, slots=True)
class ThenNow:
    """A group of loans at issue and now: numbers of loans, and percent of the balance of that moment."""

    label: str
    loans_then: int
    loans_now: int
    share_then: float
    share_now: float

    @property
    def change(self) -> float:
        """Points of percent that its share grew."""
        return self.share_now - self.share_then


def groups(issue: pl.DataFrame, now: pl.DataFrame, column: str, most: int = SHOWN_GROUPS) -> list[ThenNow]:
    """The largest groups by a text column now, and the rest together; empty where no loan tells the column."""
    then_rows, now_rows = (_by(frame, _text(frame, column)) for frame in (issue, now))
    found = [one for one in _side_by_side(then_rows, now_rows) if one.label != BLANK]
    if not found:
        return []
    found.sort(key=lambda one: (-one.share_now, -one.share_then, one.label))
    blank = [one for one in _side_by_side(then_rows, now_rows) if one.label == BLANK]
    rest = found[most:]
    together = [_together(OTHERS, rest)] if rest else []
    return found[:most] + together + blank


def _together(label: str, rows: Sequence[ThenNow]) -> ThenNow:
    return ThenNow(
        label,
        sum(row.loans_then for row in rows),
        sum(row.loans_now for row in rows),
        sum(row.share_then for row in rows),
        sum(row.share_now for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """Bands of a number: a band begins at its edge and ends below the next one."""

    name: str
    title: str
    edges: tuple[float, ...]
    unit: str = ""

    def labels(self) -> list[str]:
        """Words of the bands, the lowest first."""
        low, high = self._text(self.edges[0]), self._text(self.edges[-1])
        between = [f"{self._text(start)} to {self._text(end)}" for start, end in pairwise(self.edges)]
        return [f"below {low}", *between, f"{high} and more"]

    def _text(self, edge: float) -> str:
        return f"${edge / 1000:,.0f}k" if self.unit == "$" else f"{edge:g}{self.unit}"


CUTS = (
    Cut("credit_score", "Credit score", (620.0, 660.0, 700.0, 740.0, 780.0)),
    Cut("ltv", "LTV", (60.0, 70.0, 75.0, 80.0, 90.0), "%"),
    Cut("dti", "DTI", (20.0, 30.0, 36.0, 43.0, 50.0), "%"),
    Cut("balance", "Balance", (100_000.0, 200_000.0, 300_000.0, 500_000.0, 750_000.0), "$"),
)


def rate_cut(issue: pl.DataFrame) -> Cut:
    """Bands of the note rate that fit the pool: half points, or whole ones where it spans more than three."""
    rates = still_there(issue)["rate"].drop_nulls()
    low, high = min(rates.to_list(), default=0.0), max(rates.to_list(), default=0.0)
    step = 0.5 if high - low <= HALF_POINTS_TO else 1.0
    edges = np.arange(np.floor(low / step) + 1, np.ceil(high / step) + 1) * step
    return Cut("rate", "Note rate", tuple(edges.tolist()) or (low,), "%")


def strata(issue: pl.DataFrame, now: pl.DataFrame, cut: Cut) -> list[ThenNow]:
    """Loans and shares at issue and now of each band that ever held a loan; empty where no loan tells the number."""
    frames = [still_there(frame) for frame in (issue, now)]
    if not any(cut.name in frame.columns and frame[cut.name].null_count() < frame.height for frame in frames):
        return []
    labels = cut.labels()
    then_rows, now_rows = (_by(frame, _band(frame, cut, labels)) for frame in frames)
    found = {one.label: one for one in _side_by_side(then_rows, now_rows)}
    return [found[label] for label in (*labels, BLANK) if label in found]


def _band(frame: pl.DataFrame, cut: Cut, labels: Sequence[str]) -> pl.Expr:
    if cut.name not in frame.columns:
        return pl.lit(BLANK)
    value = pl.col(cut.name).cast(pl.Float64)
    place = pl.sum_horizontal([(value >= edge).cast(pl.Int32) for edge in cut.edges], ignore_nulls=False)
    words = place.replace_strict(dict(enumerate(labels)), default=None, return_dtype=pl.String)
    return words.fill_null(BLANK)


def _text(frame: pl.DataFrame, column: str) -> pl.Expr:
    if column not in frame.columns:
        return pl.lit(BLANK)
    text = pl.col(column).cast(pl.String)
    return pl.when(text.is_null() | (text == "")).then(pl.lit(BLANK)).otherwise(text)


def _by(frame: pl.DataFrame, label: pl.Expr) -> dict[str, tuple[int, float]]:
    """Loans and percent of the balance by label."""
    there = still_there(frame)
    total = float(there["balance"].sum()) or 1.0
    rows = there.group_by(label.alias("label")).agg(pl.len().alias("loans"), pl.col("balance").sum().alias("sum"))
    return {name: (loans, 100.0 * balance / total) for name, loans, balance in rows.iter_rows()}


def _side_by_side(then_rows: dict[str, tuple[int, float]], now_rows: dict[str, tuple[int, float]]) -> list[ThenNow]:
    nothing = (0, 0.0)
    return [
        ThenNow(
            label,
            then_rows.get(label, nothing)[0],
            now_rows.get(label, nothing)[0],
            then_rows.get(label, nothing)[1],
            now_rows.get(label, nothing)[1],
        )
        for label in sorted(then_rows.keys() | now_rows.keys())
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of the loans that left and of those that stayed, averages weighted by balance at issue."""

    name: str
    left: float | None
    stayed: float | None

    @property
    def difference(self) -> float | None:
        """Stayed less left."""
        return None if self.left is None or self.stayed is None else self.stayed - self.left


@dataclass(frozen=True, slots=True)
class Selection:
    """Who left: numbers of loans, balance at issue in USD, and the measures of both sides as they were at issue."""

    left: int
    stayed: int
    left_balance: float
    stayed_balance: float
    rows: tuple[Compared, ...]
    late_now: float | None


AVERAGED = ("credit_score", "ltv", "dti", "rate")


def selection(issue: pl.DataFrame, now: pl.DataFrame) -> Selection:
    """Adverse selection: the loans that left beside those that stayed, by their numbers at issue.

    The incentive is a loan's rate less the average rate of the pool at issue, in points of percent. `late_now` is the
    percent of today's balance that is 60 days late or more; None where the month does not tell.
    """
    there = still_there(now)
    at_issue = still_there(issue)
    stays = pl.col("loan_id").is_in(there["loan_id"].implode())
    left, stayed = at_issue.filter(~stays), at_issue.filter(stays)
    wac = weighted(at_issue, "rate")
    rows = [Compared(name, weighted(left, name), weighted(stayed, name)) for name in AVERAGED]
    incentive = [
        None if (mean := weighted(side, "rate")) is None or wac is None else mean - wac for side in (left, stayed)
    ]
    rows.append(Compared("incentive", *incentive))
    rows.append(Compared("balance", _mean(left), _mean(stayed)))
    return Selection(
        left=left.height,
        stayed=stayed.height,
        left_balance=float(left["balance"].sum()),
        stayed_balance=float(stayed["balance"].sum()),
        rows=tuple(row for row in rows if row.left is not None or row.stayed is not None),
        late_now=late_share(there),
    )


def weighted(loans: pl.DataFrame, name: str) -> float | None:
    """Average weighted by balance over the loans that tell the number; None where none does."""
    if name not in loans.columns:
        return None
    known = loans.filter(pl.col(name).is_not_null())
    weight = float(known["balance"].sum()) if known.height else 0.0
    return float((known[name].cast(pl.Float64) * known["balance"]).sum()) / weight if weight > 0 else None


def _mean(loans: pl.DataFrame) -> float | None:
    return float(loans["balance"].sum()) / loans.height if loans.height else None


def late_share(there: pl.DataFrame) -> float | None:
    """Percent of the balance that is 60 days late or more; None where no loan tells how late it is."""
    if "months_late" not in there.columns or there["months_late"].null_count() == there.height:
        return None
    total = float(there["balance"].sum())
    late = there.filter(pl.col("months_late") >= SERIOUSLY_LATE)
    return 100.0 * float(late["balance"].sum()) / total if total > 0 else None


def loan_rows(issue: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Each loan at issue with its balance now (`balance_now`, null once it left) and how late it is, by number."""
    there = still_there(now)
    newest = [name for name in ("rate", "remaining", "months_late", "servicer") if name in there.columns]
    current = there.select(
        "loan_id", pl.col("balance").alias("balance_now"), *(pl.col(n).alias(f"{n}_now") for n in newest)
    )
    return still_there(issue).join(current, on="loan_id", how="left", maintain_order="left").sort("loan_id")
