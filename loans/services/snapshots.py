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
from loans.services.leases import claim, renew
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

    Idempotent: a second call while the first works returns False, a call after a killed worker starts over and replaces
    the parts that were left behind. A file that can no longer be read ends as `unreadable`.
    """
    version = claim(version_id, status=TapeStatus.PREPARING, at=clock())
    if version is None:
        return TapeVersion.objects.filter(pk=version_id, status=TapeStatus.READY).exists()
    try:
        with local_copy(version.original) as path:
            prepared = read_parts(version, path, clock=clock)
    except Unreadable as problem:
        refuse(version, str(problem), frm=TapeStatus.PREPARING)
        return False
    except Exception:
        give_up_if_hopeless(version, frm=TapeStatus.PREPARING)
        raise
    return store(version, prepared)


def read_parts(version: TapeVersion, path: Path, *, clock: Clock) -> Prepared:
    tape = open_tape(path, name=version.filename, layout=version.layout, bounds=bounds(), unpack_dir=path.parent)
    mapping = Mapping.from_json(version.mapping or {})
    prepared = Prepared()
    for number, batch in enumerate(tape.batches(PART_ROWS)):
        add_part(version, prepared, number, batch, cast(batch, mapping))
        renew(version, at=clock(), rows_prepared=prepared.rows)
    return prepared


def add_part(version: TapeVersion, prepared: Prepared, number: int, batch: pl.DataFrame, result: Cast) -> None:
    chunk = TapeChunk(version=version, number=number, first_row=prepared.rows + 1, row_count=batch.height)
    extras = result.extras.drop("row_no").rename(lambda name: EXTRA + name)
    save(chunk, "typed", "typed.parquet", parquet_of(pl.concat([result.typed, extras], how="horizontal")))
    save(chunk, "cells", "cells.arrow", ipc_of(batch))
    save(chunk, "problems", "problems.parquet", parquet_of(result.problems))
    prepared.chunks.append(chunk)
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
        left_behind = list(version.chunks.all())
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
            TapeChunk.objects.filter(pk__in=[chunk.pk for chunk in left_behind]).delete()
            TapeChunk.objects.bulk_create(prepared.chunks)
    return moved
