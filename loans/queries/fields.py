"""Typed fields of single loans, read from the stored parts of their tape; PostgreSQL keeps only what finds a loan."""

import io
from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
from django.db.models import F
from django.db.models.fields.files import FieldFile

from loans.domain.fields import FIELD, Field, FieldType
from loans.models import TapeChunk

CENTS, MILLIONTHS = Decimal("0.01"), Decimal("0.000001")


def fields_of(version_id: int, row_no: int) -> dict[str, Any]:
    """Every canonical field of one loan, None where it is blank; empty where the tape has no such row."""
    return fields_by_row(version_id, [row_no]).get(row_no, {})


def part_with(version_id: int, row_no: int) -> TapeChunk | None:
    """The part that a row stands in, with its version."""
    parts = TapeChunk.objects.filter(version_id=version_id, first_row__lte=row_no).order_by("-first_row")
    return parts.select_related("version").first()


def fields_in(part: TapeChunk, row_no: int) -> dict[str, Any]:
    """Every canonical field of one loan of a part; empty where the part has no such row."""
    return next(_rows(part, [row_no], tuple(FIELD)), {})


def fields_by_row(
    version_id: int, rows: Collection[int], names: Sequence[str] = tuple(FIELD)
) -> dict[int, dict[str, Any]]:
    """Row number → the fields named; decimals are Decimal, money to the cent and others to six places."""
    return {row["row_no"]: row for part in _parts(version_id, rows) for row in _rows(part, rows, names)}


def _parts(version_id: int, rows: Collection[int]) -> Iterator[TapeChunk]:
    """The parts of a version that some of the rows stand in."""
    if not rows:
        return
    reach = TapeChunk.objects.filter(
        version_id=version_id, first_row__lte=max(rows), first_row__gt=min(rows) - F("row_count")
    )
    for part in reach:
        if any(part.first_row <= row < part.first_row + part.row_count for row in rows):
            yield part


def _rows(part: TapeChunk, rows: Collection[int], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    found = _cells(part.typed, rows, names)
    writers = {name: _writer(FIELD[name]) for name in found.columns if name != "row_no"}
    blank = dict.fromkeys(names)
    for row in found.iter_rows(named=True):
        yield blank | row | {name: write(row[name]) for name, write in writers.items() if row[name] is not None}


def _cells(stored: FieldFile, rows: Collection[int], names: Collection[str]) -> pl.DataFrame:
    """`row_no` and those of the columns `names` that a stored part has, of some of its rows."""
    with stored.open("rb") as source:
        part = pl.scan_parquet(io.BytesIO(source.read()))
    wanted = ["row_no", *(name for name in part.collect_schema().names() if name in names)]
    return part.select(wanted).filter(pl.col("row_no").is_in(list(rows))).collect(engine="in-memory")


def _writer(field: Field) -> Callable[[Any], Any]:
    if field.type is not FieldType.DECIMAL:
        return _as_it_is
    return _to_cents if field.unit.startswith("USD") else _to_millionths


def _as_it_is(value: Any) -> Any:
    return value


def _to_cents(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(CENTS, ROUND_HALF_UP)


def _to_millionths(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(MILLIONTHS, ROUND_HALF_UP)
