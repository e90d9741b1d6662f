"""Files in and out of the storage: streamed, never by path, so that a worker on another machine can do the work."""

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from django.core.files.base import ContentFile, File
from django.db.models.fields.files import FieldFile

BLOCK = 1024 * 1024
PART_GROUP_ROWS = 25_000


def sha256_of(file: File) -> str:
    """SHA-256 of a file, read in blocks; the file is left at its start."""
    digest = hashlib.sha256()
    for block in file.chunks(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


@contextmanager
def local_file(stored: FieldFile, name: str = "tape") -> Iterator[Path]:
    """A stored file by a path of this machine, in a temporary folder of its own that can take other files.

    It is a link where the storage is a folder of this machine, else a copy: to be read, never to be written to.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        path = Path(folder) / name
        if original := path_of(stored):
            path.symlink_to(original)
        else:
            with stored.open("rb") as source, path.open("wb") as target:
                shutil.copyfileobj(source, target, BLOCK)
        yield path


def path_of(stored: FieldFile) -> Path | None:
    """Where a stored file stands on this machine; None where its storage is elsewhere."""
    try:
        return Path(stored.path)
    except NotImplementedError:
        return None


def parquet_of(frame: pl.DataFrame, *, group_rows: int | None = None) -> ContentFile:
    """A frame as Parquet, compressed lightly: it is read far more often by column than kept for years.

    With `group_rows`, stretches of so many rows can be read alone (see `read_rows`).
    """
    buffer = io.BytesIO()
    frame.write_parquet(
        buffer, compression="zstd", compression_level=1, statistics=group_rows is not None, row_group_size=group_rows
    )
    return ContentFile(buffer.getvalue())


def part_of(frame: pl.DataFrame) -> ContentFile:
    """A part of a tape as Parquet under LZ4: quicker to write and to read than by `parquet_of`, half as large again.

    Groups that the processor's cache holds are written and read in less time than one group of everything.
    """
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="lz4", statistics=False, row_group_size=PART_GROUP_ROWS)
    return ContentFile(buffer.getvalue())


def ipc_of(frame: pl.DataFrame) -> ContentFile:
    """A frame as Arrow IPC: quick to write, and one row of it is quick to find."""
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="lz4")
    return ContentFile(buffer.getvalue())


def settle(stored: FieldFile) -> None:
    """Wait until a file that was just written stands on the disk, as far as its storage is a folder of this machine.

    What PostgreSQL commits outlives a power cut; a file that one of its rows names must not be lost in one either.
    """
    path = path_of(stored)
    if path is None:  # a storage on other machines answers only once it keeps the file
        return
    for name in (path, path.parent):
        descriptor = os.open(name, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_parquet(
    stored: FieldFile, columns: list[str] | None = None, *, only: Collection[str] | None = None
) -> pl.DataFrame:
    """A stored frame: all of it, the `columns` named, or those of `only` that it has."""
    with stored.open("rb") as source:
        content = source.read()
    if only is not None:
        columns = [name for name in pl.read_parquet_schema(io.BytesIO(content)) if name in only]
    return pl.read_parquet(content, columns=columns)


def read_rows(stored: FieldFile, row_no: pl.Series) -> pl.DataFrame:
    """The rows of a stored frame from the least to the greatest `row_no`; groups before and after stay packed."""
    with stored.open("rb") as source:
        content = io.BytesIO(source.read())
    return pl.scan_parquet(content).filter(pl.col("row_no").is_between(row_no.min(), row_no.max())).collect()


def read_bytes(stored: FieldFile, begin: int, end: int) -> bytes:
    """The bytes of a stored file from `begin` up to `end`."""
    with stored.open("rb") as source:
        source.seek(begin)
        return bytes(source.read(end - begin))


def read_ipc(stored: FieldFile) -> pl.DataFrame:
    with stored.open("rb") as source:
        return pl.read_ipc(source.read())


def read_ipc_row(stored: FieldFile, place: int) -> dict[str, str | None]:
    """One row of an Arrow IPC file, by its place from 0; empty past the end."""
    with stored.open("rb") as source:
        row = pl.scan_ipc(source.read()).slice(place, 1).collect()
    return row.row(0, named=True) if row.height else {}
