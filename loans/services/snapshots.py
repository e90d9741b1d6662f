"""Preparing a tape: one streaming pass from text to typed parts, kept as files beside the untouched original."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from django.core.files.base import ContentFile
from django.db import transaction

from loans.domain.casting import Cast, cast
from loans.domain.formats import Unreadable, open_tape
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.models import TapeChunk, TapeVersion
from loans.services.files import ipc_of, local_copy, parquet_of
from loans.services.intake import Clock, bounds, give_up_if_hopeless, refuse
from loans.services.leases import Lost, claim, renew
from loans.services.mappings import BALANCES
from loans.services.tapes import move

PART_ROWS = (
    50_000  # two workers share a tape of 100,000 loans; larger parts need more memory, smaller ones more planning
)
EXTRA = "extra:"  # columns that matched no field ride along as text under this prefix


@dataclass
class Prepared:
    """What one pass over the tape collected."""

    chunks: list[TapeChunk] = field(default_factory=list)
    rows: int = 0
    upb: float = 0.0


def prepare(*, version_id: int, clock: Clock) -> bool:
    """Turn a mapped tape into typed parts; True once the version is ready.

    Idempotent: a second call while the first works returns False, a call after a killed worker starts over. Parts are
    rows only once the version is ready, and a worker that was overtaken takes its files away again. A file that can no
    longer be read ends as `unreadable`.
    """
    version = claim(version_id, status=TapeStatus.PREPARING, at=clock())
    if version is None:
        return is_ready(version_id)
    prepared = Prepared()
    try:
        with local_copy(version.original) as path:
            read_parts(version, path, prepared, clock=clock)
        if store(version, prepared):
            return True
    except Lost:
        pass
    except Unreadable as problem:
        refuse(version, str(problem), frm=TapeStatus.PREPARING)
    except Exception:
        discard(prepared.chunks)
        give_up_if_hopeless(version, frm=TapeStatus.PREPARING)
        raise
    discard(prepared.chunks)
    return is_ready(version_id)


def is_ready(version_id: int) -> bool:
    return TapeVersion.objects.filter(pk=version_id, status=TapeStatus.READY).exists()


def read_parts(version: TapeVersion, path: Path, prepared: Prepared, *, clock: Clock) -> None:
    tape = open_tape(path, name=version.filename, layout=version.layout, bounds=bounds(), unpack_dir=path.parent)
    mapping = Mapping.from_json(version.mapping or {})
    for number, batch in enumerate(tape.batches(PART_ROWS)):
        add_part(version, prepared, number, batch, cast(batch, mapping))
        renew(version, at=clock(), rows_prepared=prepared.rows)


def add_part(version: TapeVersion, prepared: Prepared, number: int, batch: pl.DataFrame, result: Cast) -> None:
    chunk = TapeChunk(version=version, number=number, first_row=prepared.rows + 1, row_count=batch.height)
    prepared.chunks.append(chunk)  # before its files are written, so that a failure in between leaves none behind
    extras = result.extras.drop("row_no").rename(lambda name: EXTRA + name)
    save(chunk, "typed", "typed.parquet", parquet_of(pl.concat([result.typed, extras], how="horizontal")))
    save(chunk, "cells", "cells.arrow", ipc_of(batch))
    save(chunk, "problems", "problems.parquet", parquet_of(result.problems))
    prepared.rows += batch.height
    prepared.upb += balance(result.typed)


def balance(typed: pl.DataFrame) -> float:
    """Balance of the loans, USD: the current UPB, or the note amount where that is blank or has no column."""
    present = [pl.col(name) for name in BALANCES if name in typed.columns]
    return float(typed.select(pl.coalesce(present).sum()).item() or 0) if present else 0.0


def save(chunk: TapeChunk, name: str, filename: str, content: ContentFile) -> None:
    """Write a part's file to the storage without saving the row: rows are written together at the end."""
    getattr(chunk, name).save(filename, content, save=False)


def store(version: TapeVersion, prepared: Prepared) -> bool:
    """Write the parts and make the version ready, in one transaction. False when another worker was faster."""
    with transaction.atomic():
        moved = move(
            version,
            frm=TapeStatus.PREPARING,
            to=TapeStatus.READY,
            row_count=prepared.rows,
            total_upb=round(prepared.upb, 2),
            lease_until=None,
            attempts=0,
        )
        if moved:
            TapeChunk.objects.bulk_create(prepared.chunks)
    return moved


def discard(chunks: list[TapeChunk]) -> None:
    """Remove the files of parts that no row will name."""
    for chunk in chunks:
        for stored in (chunk.typed, chunk.cells, chunk.problems):
            stored.delete(save=False)
