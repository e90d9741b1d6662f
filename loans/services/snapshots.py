"""Preparing a tape: one streaming pass from text to typed parts, kept as files beside the untouched original."""

from dataclasses import dataclass, field

import polars as pl
from django.core.files.base import ContentFile
from django.db import transaction

from loans.domain.casting import Cast, cast
from loans.domain.columnseen import ColumnsSeen, columns_seen
from loans.domain.formats import Unreadable
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.models import TapeChunk, TapeVersion
from loans.services import texts
from loans.services.files import ipc_of, part_of, settle
from loans.services.intake import Clock, give_up_if_hopeless, refuse
from loans.services.leases import Lost, claim, renew
from loans.services.mappings import BALANCES
from loans.services.tapes import move

EXTRA = "extra:"  # parts of earlier releases hold columns that matched no field, as text under this prefix
SEEN = "seen"


@dataclass
class Prepared:
    """What one pass over the tape collected."""

    chunks: list[TapeChunk] = field(default_factory=list)
    rows: int = 0
    upb: float = 0.0
    seen: ColumnsSeen = field(default_factory=ColumnsSeen)


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
        read_parts(version, prepared, clock=clock)
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


def read_parts(version: TapeVersion, prepared: Prepared, *, clock: Clock) -> None:
    mapping = Mapping.from_json(version.mapping or {})
    keep_text = texts.cut_of(version) is None
    for batch in texts.batches(version):
        result = cast(batch, mapping)
        prepared.seen = prepared.seen.plus(columns_seen(batch, result.typed, mapping))
        add_part(version, prepared, result, batch if keep_text else None)
        renew(version, at=clock(), rows_prepared=prepared.rows)


def add_part(version: TapeVersion, prepared: Prepared, result: Cast, text: pl.DataFrame | None) -> None:
    """Write the files of the next part; its text too where it does not stand in the original as it is."""
    rows = result.typed.height
    chunk = TapeChunk(version=version, number=len(prepared.chunks), first_row=prepared.rows + 1, row_count=rows)
    prepared.chunks.append(chunk)  # before its files are written, so that a failure in between leaves none behind
    save(chunk, "typed", "typed.parquet", part_of(result.typed))
    if text is not None:
        save(chunk, "cells", "cells.arrow", ipc_of(text))
    save(chunk, "problems", "problems.parquet", part_of(result.problems))
    prepared.rows += rows
    prepared.upb += balance(result.typed)


def balance(typed: pl.DataFrame) -> float:
    """Balance of the loans, USD: the current UPB, or the note amount where that is blank or has no column."""
    present = [pl.col(name) for name in BALANCES if name in typed.columns]
    return float(typed.select(pl.coalesce(present).sum()).item() or 0) if present else 0.0


def save(chunk: TapeChunk, name: str, filename: str, content: ContentFile) -> None:
    """Write a part's file to the storage without saving the row: rows are written together at the end."""
    stored = getattr(chunk, name)
    stored.save(filename, content, save=False)
    settle(stored)


def store(version: TapeVersion, prepared: Prepared) -> bool:
    """Write the parts and make the version ready, in one transaction. False when another worker was faster."""
    with transaction.atomic():
        moved = move(
            version,
            frm=TapeStatus.PREPARING,
            to=TapeStatus.READY,
            row_count=prepared.rows,
            total_upb=round(prepared.upb, 2),
            facts=version.facts | {SEEN: prepared.seen.to_json()},
            lease_until=None,
            attempts=0,
        )
        if moved:
            TapeChunk.objects.bulk_create(prepared.chunks)
    return moved


def text_seen(version: TapeVersion) -> ColumnsSeen:
    """What the columns of a prepared tape hold as text."""
    return ColumnsSeen.from_json(version.facts.get(SEEN, {}))


def discard(chunks: list[TapeChunk]) -> None:
    """Remove the files of parts that no row will name."""
    for chunk in chunks:
        for stored in (chunk.typed, chunk.cells, chunk.problems):
            stored.delete(save=False)
