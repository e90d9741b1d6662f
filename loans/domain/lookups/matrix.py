"""The eligibility matrix: what the purchaser buys for an occupancy, purpose, number of units, amortization and amount.

The matrix is unfolded once into every key and every span of dates, so that one join on two integers answers for a loan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import Group, Terms, closing_date, is_manufactured
from loans.domain.programs import relief_refinance

INVESTORS = ("fannie_mae", "freddie_mac")
METHODS = ("DU", "LPA", "Manual")
PROGRAMS = ("standard", "affordable", "manufactured_home")
OCCUPANCIES = ("PrimaryResidence", "SecondHome", "Investment")
PURPOSES = ("Purchase", "NoCashOut", "CashOut")
UNITS = (1, 2, 3, 4)
AMORTIZATIONS = ("Fixed", "AdjustableRate")
CLASSES = ("conforming", "high_balance")
_AXES = (INVESTORS, METHODS, PROGRAMS, OCCUPANCIES, PURPOSES, UNITS, AMORTIZATIONS, CLASSES)

ALTERNATIVES = 4
"""Manual underwriting offers up to four combinations of score, DTI and reserves for one key."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the matrix: the key numbers it serves and its span of dates, both ends included."""

    keys: tuple[int, ...]
    first: date
    last: date
    values: dict[str, float | int | None]


_VALUES = [
    "max_ltv",
    "max_cltv",
    "max_hcltv",
    "max_dti",
    "min_score_over_75_ltv",
    "min_score_to_75_ltv",
    "min_reserves_months",
    "min_reserves_months_dti_over_45",
]


def key_number(*parts: object) -> int:
    """The number of one key, its parts in the order of the axes."""
    number = 0
    for axis, part in zip(_AXES, parts, strict=True):
        number = number * len(axis) + axis.index(part)
    return number


@cache
def _rows() -> tuple[_Row, ...]:
    rows = []
    for row in reference.frame("eligibility_matrix").rows(named=True):
        classes = CLASSES if row["loan_class"] == "any" else (row["loan_class"],)
        names = ["investor", "underwriting", "program", "occupancy", "purpose", "units", "amortization"]
        keys = tuple(key_number(*(row[name] for name in names), loan_class) for loan_class in classes)
        values = {name: row[name] for name in _VALUES}
        rows.append(_Row(keys, row["effective_from"], row["effective_to"] or date.max, values))
    return tuple(rows)


@cache
def spans() -> tuple[date, ...]:
    """First days of the spans between which no row of the matrix begins or ends."""
    days = {row.first for row in _rows()} | {row.last + timedelta(days=1) for row in _rows() if row.last != date.max}
    return tuple(sorted(days))


@cache
def _unfolded() -> pl.DataFrame:
    """Every key in every span: the values of its row, or whether the matrix is known to have none."""
    held: dict[tuple[int, int], list[_Row]] = {}
    for row in _rows():
        for key, span in product(row.keys, _spans_of(row)):
            held.setdefault((key, span), []).append(row)
    found = [
        {"_key": key, "_span": span, "matrix_row_found": True, **_merged(rows)} for (key, span), rows in held.items()
    ]
    missing = [{"_key": key, "_span": span, "matrix_row_found": False} for key, span in _known_gaps(set(held))]
    return pl.DataFrame(found + missing, schema=_SCHEMA)


def _spans_of(row: _Row) -> Iterator[int]:
    return (number for number, first in enumerate(spans()) if row.first <= first <= row.last)


def _merged(rows: list[_Row]) -> dict[str, float | int | None]:
    merged: dict[str, float | int | None] = {
        f"_{name}": max(value for row in rows if (value := row.values[name]) is not None)
        for name in ("max_ltv", "max_cltv", "max_hcltv")
    }
    for number, row in enumerate(rows[:ALTERNATIVES]):
        merged |= {f"_{name}_{number}": row.values[name] for name in _VALUES[3:]}
    return merged


_SCHEMA: dict[str, pl.DataType] = {
    "_key": pl.Int64(),
    "_span": pl.Int64(),
    "matrix_row_found": pl.Boolean(),
    **{f"_{name}": pl.Float64() for name in _VALUES[:3]},
    **{
        f"_{name}_{number}": pl.Float64() if name == "max_dti" else pl.Int64()
        for number in range(ALTERNATIVES)
        for name in _VALUES[3:]
    },
}


def _known_gaps(held: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Keys without a row where the matrix is complete.

    It is where the same investor, method and class has rows in the span. A key whose row begins later is unknown
    before, not refused.
    """
    keys_held = {key for key, _ in held}
    covered = {(_coverage(key), span) for key, span in held}
    for parts in product(*_AXES):
        key = key_number(*parts)
        if key not in keys_held:
            yield from ((key, span) for span in range(len(spans())) if (_coverage(key), span) in covered)


def _coverage(key: int) -> tuple[int, int]:
    between = len(PROGRAMS) * len(OCCUPANCIES) * len(PURPOSES) * len(UNITS) * len(AMORTIZATIONS) * len(CLASSES)
    return key // between, key % len(CLASSES)


def _number(column: pl.Expr, axis: tuple[object, ...]) -> pl.Expr:
    return column.replace_strict(list(axis), list(range(len(axis))), default=None, return_dtype=pl.Int64)


def _method() -> pl.Expr:
    by_system = pl.col("aus_type").replace_strict(
        {"DesktopUnderwriter": "DU", "LoanProductAdvisor": "LPA", "Manual": "Manual"},
        default="other",
        return_dtype=pl.String,
    )
    stated = pl.when(pl.col("aus_type").is_not_null()).then(by_system)
    return pl.when("manual_underwriting").then(pl.lit("Manual")).otherwise(stated)


def _investor(method: pl.Expr) -> pl.Expr:
    return method.replace_strict({"DU": "fannie_mae", "LPA": "freddie_mac"}, default=None, return_dtype=pl.String)


def _purpose() -> pl.Expr:
    cash_out = pl.col("refinance_cash_out_type").replace_strict(
        {"CashOut": "CashOut", "NoCashOut": "NoCashOut", "LimitedCashOut": "NoCashOut"},
        default=None,
        return_dtype=pl.String,
    )
    return (
        pl.when(pl.col("loan_purpose") == "Refinance")
        .then(cash_out)
        .when(pl.col("loan_purpose") == "Purchase")
        .then("loan_purpose")
    )


def _in_scope() -> pl.Expr:
    conventional = pl.col("mortgage_type").fill_null("Conventional") == "Conventional"
    first_lien = pl.col("lien_position").fill_null("FirstLien") == "FirstLien"
    return conventional & first_lien & ~relief_refinance()


def _key(program: pl.Expr) -> pl.Expr:
    parts = {
        "matrix_investor": INVESTORS,
        "matrix_method": METHODS,
        "_program": PROGRAMS,
        "occupancy": OCCUPANCIES,
        "_purpose": PURPOSES,
        "units": UNITS,
        "amortization_type": AMORTIZATIONS,
        "loan_class": CLASSES,
    }
    number: pl.Expr = pl.lit(0, dtype=pl.Int64)
    for name, axis in parts.items():
        part = program if name == "_program" else _number(pl.col(name), axis)
        number = number * len(axis) + part
    return pl.when(_in_scope()).then(number)


def _span_number(day: pl.Expr) -> pl.Expr:
    number: pl.Expr = pl.lit(-1, dtype=pl.Int64)
    for first in spans():
        number = number + (day >= first).cast(pl.Int64)
    return number


def _join(frame: pl.LazyFrame, terms: Terms, _as_of: date) -> pl.LazyFrame:
    method = _method()
    keyed = frame.with_columns(
        matrix_method=pl.coalesce(method, pl.lit(terms.underwriting, dtype=pl.String)),
        matrix_investor=pl.lit(terms.investor) if terms.investor else _investor(method),
        _purpose=_purpose(),
        _span=_span_number(pl.coalesce("application_date", closing_date())),
    )
    affordable = pl.col("affordable_indicator").fill_null(value=False).cast(pl.Int64)
    program = pl.when(is_manufactured().fill_null(value=False)).then(2).otherwise(affordable)
    keyed = keyed.with_columns(_key=_key(program)).with_columns(_key=_key_with_row(program))
    joined = keyed.join(_unfolded().lazy(), on=["_key", "_span"], how="left", maintain_order="left")
    answered = joined.with_columns(*_limits(), _min_score(), _max_dti(), _reserves())
    return answered.drop("_purpose", *_unfolded().columns[:2], *_unfolded().columns[3:])


def _key_with_row(program: pl.Expr) -> pl.Expr:
    """The key of the loan's program, or of the standard program where the affordable one has no row of its own."""
    has_row = (pl.col("_key") * 64 + pl.col("_span")).is_in(_rows_found())
    return pl.when((program == 1) & ~has_row).then(_key(pl.lit(0, dtype=pl.Int64))).otherwise("_key")


@cache
def _rows_found() -> pl.Series:
    """Keys and spans, as one number, for which the matrix has a row."""
    own = _unfolded().filter("matrix_row_found").select(pl.col("_key") * 64 + pl.col("_span")).to_series()
    return own.implode()


def _limits() -> list[pl.Expr]:
    return [pl.col(f"_{name}").alias(f"matrix_{name}") for name in _VALUES[:3]]


def _score_of(number: int) -> pl.Expr:
    """Score asked by one combination; null where LTV decides between two scores and is blank."""
    high, low = pl.col(f"_min_score_over_75_ltv_{number}"), pl.col(f"_min_score_to_75_ltv_{number}")
    return pl.when(high == low).then(high).when(pl.col("ltv") > 75).then(high).when(pl.col("ltv") <= 75).then(low)


def _manual() -> pl.Expr:
    return pl.col("matrix_method") == "Manual"


def _min_score() -> pl.Expr:
    met = [
        pl.when(
            (pl.col("dti") <= pl.col(f"_max_dti_{n}"))
            & (pl.col("reserves_months") >= pl.col(f"_min_reserves_months_{n}"))
        ).then(_score_of(n))
        for n in range(ALTERNATIVES)
    ]
    return pl.when(_manual()).then(pl.min_horizontal(met)).otherwise(_score_of(0)).alias("matrix_min_score")


def _max_dti() -> pl.Expr:
    known = pl.col("credit_score").is_not_null() & pl.col("reserves_months").is_not_null()
    met = [
        pl.when(
            (pl.col("credit_score") >= _score_of(n))
            & (pl.col("reserves_months") >= pl.col(f"_min_reserves_months_{n}"))
        ).then(f"_max_dti_{n}")
        for n in range(ALTERNATIVES)
    ]
    base = pl.min_horizontal(f"_max_dti_{n}" for n in range(ALTERNATIVES))
    manual = pl.when(known).then(pl.coalesce(pl.max_horizontal(met), base))
    return pl.when(_manual()).then(manual).otherwise("_max_dti_0").alias("matrix_max_dti")


def _reserves() -> pl.Expr:
    met = [
        pl.when((pl.col("credit_score") >= _score_of(n)) & (pl.col("dti") <= pl.col(f"_max_dti_{n}"))).then(
            f"_min_reserves_months_{n}"
        )
        for n in range(ALTERNATIVES)
    ]
    plain, strict = pl.col("_min_reserves_months_0"), pl.col("_min_reserves_months_dti_over_45_0")
    automated = (
        pl.when(strict.is_null())
        .then(plain)
        .when(pl.col("dti") > 45)
        .then(strict)
        .when(pl.col("dti") <= 45)
        .then(plain)
    )
    return pl.when(_manual()).then(pl.min_horizontal(met)).otherwise(automated).alias("matrix_reserves")


GROUP = Group("matrix", _join)
