"""Stratifications, layered risk and totals of a set of loans, read from its typed columns.

Shares and averages are weighted by UPB. A loan whose value is blank has its own band, so the bands of a table always
add up to all loans.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from diligence.domain.findings import balance

BLANK_BAND = "Blank"
_AVERAGED = {"note_rate": "rate", "ltv": "ltv", "dti": "dti", "credit_score": "score"}
_RATE_STEP = 0.5


@dataclass(frozen=True, slots=True)
class Band:
    """One line of a table. `upb` and `average_upb` in USD, `share` and ratios in percent; None where none has one."""

    label: str
    loans: int
    upb: float
    share: float | None
    average_upb: float | None
    rate: float | None
    ltv: float | None
    dti: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A stratification by one field; `total` adds up what the bands show."""

    name: str
    title: str
    bands: tuple[Band, ...]
    total: Band


@dataclass(frozen=True, slots=True)
class Cut:
    """Bands of a number. An edge belongs to the band below it (LTV 80 is in "75.01–80") unless `from_edge`."""

    name: str
    title: str
    edges: tuple[float, ...]
    labels: tuple[str, ...]
    from_edge: bool = False

    def index(self) -> pl.Expr:
        value = pl.col(self.name)
        passed = [(value >= edge if self.from_edge else value > edge).cast(pl.Int32) for edge in self.edges]
        return pl.when(value.is_not_null()).then(pl.sum_horizontal(passed))


SCORE = Cut(
    "credit_score",
    "Credit score",
    (620, 640, 660, 680, 700, 720, 740, 760, 780),
    (
        "Below 620",
        "620–639",
        "640–659",
        "660–679",
        "680–699",
        "700–719",
        "720–739",
        "740–759",
        "760–779",
        "780 and above",
    ),
    from_edge=True,
)
LTV = Cut(
    "ltv",
    "LTV",
    (60, 70, 75, 80, 85, 90, 95, 97),
    (
        "60% and below",
        "60.01–70%",
        "70.01–75%",
        "75.01–80%",
        "80.01–85%",
        "85.01–90%",
        "90.01–95%",
        "95.01–97%",
        "Above 97%",
    ),
)
DTI = Cut(
    "dti",
    "DTI",
    (20, 30, 36, 43, 45, 50),
    ("20% and below", "20.01–30%", "30.01–36%", "36.01–43%", "43.01–45%", "45.01–50%", "Above 50%"),
)
BALANCE = Cut(
    "upb",
    "Balance",
    (100_000, 200_000, 300_000, 400_000, 500_000, 750_000, 1_000_000),
    (
        "$100,000 and below",
        "$100,000–$200,000",
        "$200,000–$300,000",
        "$300,000–$400,000",
        "$400,000–$500,000",
        "$500,000–$750,000",
        "$750,000–$1,000,000",
        "Above $1,000,000",
    ),
)
CUTS = (SCORE, LTV, DTI, BALANCE)
CODED = {
    "loan_purpose": "Purpose",
    "occupancy": "Occupancy",
    "property_type": "Property type",
    "property_state": "State",
}
READ = ("current_upb", "note_amount", *_AVERAGED, *CODED)


def prepared(loans: pl.LazyFrame | pl.DataFrame) -> pl.LazyFrame:
    """The columns summaries read, with `upb`; a field without a column counts as blank."""
    lazy = loans.lazy()
    present = set(lazy.collect_schema().names())
    absent = [
        pl.lit(None, pl.String if name in CODED else pl.Float64).alias(name) for name in READ if name not in present
    ]
    return lazy.select([name for name in READ if name in present]).with_columns(absent).with_columns(
        upb=balance(READ)
    )  # fmt: skip


def _weighted(name: str) -> pl.Expr:
    has_value = pl.col(name).is_not_null()
    weight = pl.when(has_value).then(pl.col("upb")).sum()
    return pl.when(weight > 0).then((pl.col(name) * pl.col("upb")).sum() / weight)


def _measures() -> list[pl.Expr]:
    averages = [_weighted(name).alias(short) for name, short in _AVERAGED.items()]
    return [pl.len().alias("loans"), pl.col("upb").sum().alias("total_upb"), *averages]


def strata(loans: pl.LazyFrame | pl.DataFrame) -> tuple[Table, ...]:
    """The standard tables: score, LTV, DTI, note rate, balance, purpose, occupancy, property type, state."""
    lazy = prepared(loans)
    rate_step = (pl.col("note_rate") / _RATE_STEP).floor()
    keys = [*(cut.index() for cut in CUTS), rate_step, *(pl.col(name) for name in CODED)]
    grouped = [lazy.group_by(key.alias("band")).agg(_measures()) for key in keys]
    *results, whole = pl.collect_all([*grouped, lazy.select(pl.lit("Total").alias("band"), *_measures())])
    total = _band(whole.row(0, named=True), "Total", whole["total_upb"][0])
    cuts, rate, coded = results[: len(CUTS)], results[len(CUTS)], results[len(CUTS) + 1 :]
    tables = [_cut_table(cut, result, total) for cut, result in zip(CUTS, cuts, strict=True)]
    tables.insert(3, _rate_table(rate, total))
    named = zip(CODED.items(), coded, strict=True)
    return (*tables, *(_coded_table(name, title, result, total) for (name, title), result in named))


def _band(row: dict[str, Any], label: str, whole_upb: float) -> Band:
    upb, loans = row["total_upb"], row["loans"]
    share = 100 * upb / whole_upb if whole_upb else None
    average = upb / loans if loans else None
    return Band(label, loans, upb, share, average, row["rate"], row["ltv"], row["dti"], row["score"])


def _cut_table(cut: Cut, result: pl.DataFrame, total: Band) -> Table:
    labels = dict(enumerate(cut.labels))
    bands = [_band(row, labels.get(row["band"], BLANK_BAND), total.upb) for row in _in_order(result)]
    return Table(cut.name, cut.title, tuple(bands), total)


def _rate_table(result: pl.DataFrame, total: Band) -> Table:
    bands = [_band(row, _rate_label(row["band"]), total.upb) for row in _in_order(result)]
    return Table("note_rate", "Note rate", tuple(bands), total)


def _rate_label(step: float | None) -> str:
    if step is None:
        return BLANK_BAND
    low = step * _RATE_STEP
    return f"{low:.3f}–{low + _RATE_STEP - 0.001:.3f}%"


def _in_order(result: pl.DataFrame) -> list[dict[str, Any]]:
    return result.sort("band", nulls_last=True).to_dicts()


def _coded_table(name: str, title: str, result: pl.DataFrame, total: Band) -> Table:
    rows = sorted(result.to_dicts(), key=lambda row: (row["band"] is None, -row["total_upb"], str(row["band"])))
    bands = tuple(_band(row, row["band"] or BLANK_BAND, total.upb) for row in rows)
    return Table(name, title, bands, total)


@dataclass(frozen=True, slots=True)
class LayeredRisk:
    """Share of UPB in percent by score (rows) and LTV (columns); blanks are the last row and column."""

    score_labels: tuple[str, ...]
    ltv_labels: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    loans: tuple[tuple[int, ...], ...]


def layered_risk(loans: pl.LazyFrame | pl.DataFrame) -> LayeredRisk:
    """Where low scores and high LTVs come together."""
    cells = (
        prepared(loans)
        .group_by(SCORE.index().alias("row"), LTV.index().alias("column"))
        .agg(pl.len().alias("loans"), pl.col("upb").sum())
        .collect()
    )
    whole = cells["upb"].sum()
    rows, columns = len(SCORE.labels), len(LTV.labels)
    shares = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    counts = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row, column, n, upb in cells.iter_rows():
        at = (rows if row is None else row, columns if column is None else column)
        shares[at[0]][at[1]] = 100 * upb / whole if whole else 0.0
        counts[at[0]][at[1]] = n
    return LayeredRisk(
        (*SCORE.labels, BLANK_BAND), (*LTV.labels, BLANK_BAND), _frozen(shares), _frozen(counts)
    )  # fmt: skip


def _frozen(grid: Sequence[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(line) for line in grid)


@dataclass(frozen=True, slots=True)
class Totals:
    """The strip over a set of loans: USD, UPB-weighted averages, percent of the UPB of loans that have the value."""

    loans: int
    upb: float
    average_upb: float | None
    rate: float | None
    ltv: float | None
    dti: float | None
    score: float | None
    ltv_above_80: float | None
    ltv_above_95: float | None
    dti_above_45: float | None
    score_below_680: float | None
    score_below_620: float | None


_SHARES = {
    "ltv_above_80": ("ltv", pl.col("ltv") > 80),
    "ltv_above_95": ("ltv", pl.col("ltv") > 95),
    "dti_above_45": ("dti", pl.col("dti") > 45),
    "score_below_680": ("credit_score", pl.col("credit_score") < 680),
    "score_below_620": ("credit_score", pl.col("credit_score") < 620),
}


def totals(loans: pl.LazyFrame | pl.DataFrame) -> Totals:
    """The totals of a set of loans, in one pass."""
    shares = [_share(name, condition).alias(key) for key, (name, condition) in _SHARES.items()]
    row = prepared(loans).select(*_measures(), *shares).collect().row(0, named=True)
    upb = row.pop("total_upb")
    return Totals(upb=upb, average_upb=upb / row["loans"] if row["loans"] else None, **row)


def _share(name: str, condition: pl.Expr) -> pl.Expr:
    whole = pl.when(pl.col(name).is_not_null()).then(pl.col("upb")).sum()
    return pl.when(whole > 0).then(100 * pl.when(condition).then(pl.col("upb")).sum() / whole)


def summary(loans: pl.LazyFrame | pl.DataFrame) -> dict[str, Any]:
    """Totals, strata and layered risk as plain values, to be kept with a finished run."""
    return {
        "totals": asdict(totals(loans)),
        "strata": [asdict(table) for table in strata(loans)],
        "layered_risk": asdict(layered_risk(loans)),
    }
