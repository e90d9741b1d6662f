"""What the columns of a tape hold: counts, common values, and how many cells read as numbers or as dates."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from itertools import chain
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loans.domain.fields import ERROR_TOKENS, NULL_TOKENS, PLACEHOLDER_TOKENS
from loans.domain.formats.tape import OpenTape
from loans.domain.parsing import DATE_ORDERS, clean_numbers, number_or_null, parse_date
from loans.domain.parsing.dates import has_short_year, is_ambiguous
from loans.domain.parsing.numbers import NEVER_A_NUMBER, has_decimal_commas, is_percent_text, with_points

HEAD_ROWS = 25_000
CELLS_KEPT = 10_000_000
CELLS_LOOKED_AT = 600_000
FEWEST_ROWS = 2_000
COMMON_VALUES = 100
SAMPLES = 4
FIRST_ROWS = 1_000
DECORATED_LOOKED_AT = 500
DATES_LOOKED_AT = 400
DATES_TRIED = 15
FIRST_EXCEL_YEAR = 1925
PART = 0.15
"""The share of a column that is no mistake any more, but another way of writing."""
Floats = NDArray[np.float64]
Counts = NDArray[np.uint32]
_EMPTY_TOKENS = sorted(NULL_TOKENS | PLACEHOLDER_TOKENS | ERROR_TOKENS | {""})
_HAS_DIGIT = re.compile(r"\d")
_DAY_MONTH = r"^\s*(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{2}"


@dataclass(frozen=True, slots=True)
class Dates:
    """How many looked-at cells read as dates in each order, and what their parts say about day and month."""

    counts: dict[str, int]
    looked_at: int
    highest_first: int = 0
    highest_second: int = 0
    all_month_starts: bool = False
    short_years: int = 0
    open_order: int = 0


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: `rows` and `filled` count the whole tape, the rest the rows looked at.

    `known` are filled cells that are no null token, placeholder or error. `values` are the commonest texts with their
    counts, all of them where `complete`. `median` and the like are of cells that read as numbers, zeros apart: below
    `lower_part` and above `upper_part` are `PART` of them each, above `upper` one in twenty. `commas` says that the
    comma is their decimal point.
    """

    name: str
    rows: int
    filled: int
    looked_at: int
    known: int
    distinct: int
    complete: bool
    values: tuple[tuple[str, int], ...]
    samples: tuple[str, ...]
    numbers: int
    percent_signs: int
    whole: int
    low: float | None
    median: float | None
    high: float | None
    upper: float | None
    longest: int
    dates: Dates
    commas: bool = False
    lower_part: float | None = None
    upper_part: float | None = None

    @property
    def number_share(self) -> float:
        """Share of the known cells that read as numbers."""
        return self.numbers / self.known if self.known else 0.0

    @property
    def counts(self) -> dict[str, int]:
        """The commonest texts with their counts."""
        return dict(self.values)


_PARTS = tuple(part.name for part in fields(ColumnProfile))


@dataclass(frozen=True, slots=True)
class Profile:
    """The columns of a tape, in file order, and its number of rows."""

    rows: int
    columns: tuple[ColumnProfile, ...]

    def __getitem__(self, name: str) -> ColumnProfile:
        return next(column for column in self.columns if column.name == name)

    def to_json(self) -> dict[str, Any]:
        """Plain values that any JSON store keeps."""
        return {"rows": self.rows, "columns": [_plain(column) for column in self.columns]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Profile":
        """Read back what `to_json` wrote."""
        return cls(stored["rows"], tuple(_stored_column(column) for column in stored["columns"]))


def profile_of(tape: OpenTape) -> Profile:
    """The profile of an open tape; where its filled cells are counted already, rows from all over it are enough."""
    if tape.filled is None:
        return profile(chain([tape.empty()], tape.batches()))  # a tape without loans still has columns
    seen = profile(chain([tape.empty()], tape.spread(_head_rows(len(tape.columns))).batches()))
    counted = zip(seen.columns, tape.filled, strict=True)
    return Profile(tape.rows, tuple(replace(column, rows=tape.rows, filled=filled) for column, filled in counted))


def profile(batches: Iterable[pl.DataFrame]) -> Profile:
    """Look at rows spread over the first 25,000 (fewer where there are very many columns) and count the cells of all.

    Batches are text batches: `row_no` and String columns. Memory is that of the rows looked at.
    """
    head: list[pl.DataFrame] = []
    rows, kept, filled = 0, 0, dict[str, int]()
    for batch in batches:
        cells = batch.drop("row_no")
        rows += cells.height
        for name, missing in cells.null_count().row(0, named=True).items() if cells.height else ():
            filled[name] = filled.get(name, 0) + cells.height - missing
        wanted = max(_head_rows(cells.width) - kept, 0)
        if wanted or not head:
            head.append(cells.head(wanted))
            kept += head[-1].height
    if not head:
        return Profile(0, ())
    frame = pl.concat(head)
    step = max(1, -(-frame.height // _rows_to_look_at(frame.width)))
    return Profile(rows, tuple(_column(series, step, rows, filled.get(series.name, 0)) for series in frame))


def _head_rows(columns: int) -> int:
    return min(HEAD_ROWS, max(FEWEST_ROWS, CELLS_KEPT // max(columns, 1)))


def _rows_to_look_at(columns: int) -> int:
    return max(FEWEST_ROWS, CELLS_LOOKED_AT // max(columns, 1))


def _column(head: pl.Series, step: int, rows: int, filled: int) -> ColumnProfile:
    series, counted = _looked_at(head, step)
    known = counted.filter(~pl.col("text").str.strip_chars().str.to_lowercase().is_in(_EMPTY_TOKENS))
    return ColumnProfile(
        name=head.name,
        rows=rows,
        filled=filled,
        looked_at=series.len(),
        known=int(known["count"].sum()),
        distinct=counted.height,
        complete=counted.height <= COMMON_VALUES,
        values=tuple(counted.head(COMMON_VALUES).rows()),
        samples=tuple(dict.fromkeys(series.drop_nulls().head(1000).to_list()))[:SAMPLES],
        longest=counted["text"].str.len_chars().max() or 0,  # type: ignore[arg-type]
        dates=_dates(known, head),
        **_numbers(known),
    )


def _looked_at(head: pl.Series, step: int) -> tuple[pl.Series, pl.DataFrame]:
    """Every `step`-th row of the head, and all of them where the column has few different texts; these counted.

    A column that seems to have few is counted whole at once, which most often is the end of it.
    """
    whole = _counted(head) if step == 1 or head.head(FIRST_ROWS).n_unique() <= COMMON_VALUES else None
    if whole is not None and (step == 1 or whole.height <= COMMON_VALUES):
        return head, whole
    some = head.gather_every(step)
    counted = _counted(some)
    if counted.height > COMMON_VALUES:
        return some, counted
    return head, _counted(head) if whole is None else whole


def _counted(texts: pl.Series) -> pl.DataFrame:
    counts = texts.rename("text").drop_nulls().value_counts(name="count")
    return counts.sort(["count", "text"], descending=[True, False])


def _numbers(known: pl.DataFrame) -> dict[str, Any]:
    if has_decimal_commas(known["text"]):
        swapped = known.with_columns(with_points(pl.col("text")))
        return _counts_of_numbers(swapped) | {"commas": True}
    return _counts_of_numbers(known)


def _counts_of_numbers(known: pl.DataFrame) -> dict[str, Any]:
    """In NumPy where that does: a plan costs a third of a millisecond before it begins, and columns are many."""
    numbers = known.select(number_or_null(pl.col("text"))).to_series().to_numpy()
    counts = known["count"].to_numpy()
    rest = np.isnan(numbers)
    looked = known[np.flatnonzero(rest)[:DECORATED_LOOKED_AT]]
    decorated = _decorated(looked)
    share = int(counts[rest].sum()) / max(int(looked["count"].sum()), 1)
    read = np.concatenate([numbers[~rest], decorated["number"].to_numpy()])
    often = np.concatenate([counts[~rest], decorated["count"].to_numpy()])
    return {
        "numbers": int(counts[~rest].sum()) + round(int(decorated["count"].sum()) * share),
        "percent_signs": round(int(decorated.filter("percent")["count"].sum()) * share) if decorated.height else 0,
        "whole": int(often[read == np.floor(read)].sum()),
        **_spread(read[read != 0], often[read != 0]),
    }


def _decorated(texts: pl.DataFrame) -> pl.DataFrame:
    """Those that read as a number once signs and words around it are taken away; few columns have any."""
    likely = texts.filter(~texts["text"].str.contains(NEVER_A_NUMBER))
    if not _HAS_DIGIT.search("".join(likely["text"].to_list())):
        return texts.clear().with_columns(number=pl.lit(0.0), percent=False)
    text = pl.col("text")
    read = likely.with_columns(number=clean_numbers(text.str.strip_chars()), percent=is_percent_text(text))
    return read.filter(pl.col("number").is_not_null())


def _spread(numbers: Floats, counts: Counts) -> dict[str, float | None]:
    """Lowest, median, highest and other percentiles of numbers, each weighted by how often it stands in the column."""
    if not numbers.size:
        return dict.fromkeys(("low", "lower_part", "median", "upper_part", "upper", "high"))
    order = np.argsort(numbers, kind="stable")
    values, places = numbers[order], np.cumsum(counts[order]) / counts.sum()
    shares = [PART, 0.5, 1 - PART, 0.95]
    lower_part, median, upper_part, upper = np.minimum(np.searchsorted(places, shares), numbers.size - 1)
    return {
        "low": float(values[0]),
        "lower_part": float(values[lower_part]),
        "median": float(values[median]),
        "upper_part": float(values[upper_part]),
        "upper": float(values[upper]),
        "high": float(values[-1]),
    }


def _dates(known: pl.DataFrame, head: pl.Series) -> Dates:
    looked = known.head(DATES_LOOKED_AT)
    texts = looked["text"].to_list()
    orders = [order for order in DATE_ORDERS if any(_reads(text, order) for text in texts[:DATES_TRIED])]
    total = int(looked["count"].sum())
    if not orders:
        return Dates({}, total)
    counts = looked["count"].to_list()
    first, second = _highest_parts(head)
    months = [parse_date(text, "mdy") for text in texts]
    return Dates(
        counts={order: _count(texts, counts, order) for order in orders},
        looked_at=total,
        highest_first=first,
        highest_second=second,
        all_month_starts=len(texts) > 1 and all(month is not None and month.day == 1 for month in months),
        short_years=sum(count for text, count in zip(texts, counts, strict=True) if has_short_year(text)),
        open_order=sum(count for text, count in zip(texts, counts, strict=True) if is_ambiguous(text)),
    )


def _count(texts: list[str], counts: list[int], order: str) -> int:
    return sum(count for text, count in zip(texts, counts, strict=True) if _reads(text, order))


def _reads(text: str, order: str) -> bool:
    """Whether a text reads as a date; small numbers are no spreadsheet days."""
    found = parse_date(text, order)
    return found is not None and (order != "excel" or found.year >= FIRST_EXCEL_YEAR)


def _highest_parts(head: pl.Series) -> tuple[int, int]:
    """Highest first and second number of all dates written with separators: above 12 it is the day."""
    parts = head.unique().str.extract_groups(_DAY_MONTH).struct.unnest().cast(pl.Int64, strict=False)
    first, second = parts.max().row(0)
    return first or 0, second or 0


def _plain(column: ColumnProfile) -> dict[str, Any]:
    """What `asdict` gives, which copies each of a column's hundred values by itself."""
    return {name: getattr(column, name) for name in _PARTS} | {"dates": asdict(column.dates)}


def _stored_column(stored: dict[str, Any]) -> ColumnProfile:
    values = tuple((text, count) for text, count in stored["values"])
    return ColumnProfile(
        **{**stored, "values": values, "samples": tuple(stored["samples"]), "dates": Dates(**stored["dates"])}
    )
