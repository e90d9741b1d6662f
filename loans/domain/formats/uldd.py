"""MISMO ULDD deliveries: a batch of DEALs, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import polars as pl
from lxml import etree

from loans.domain.formats.deal import row_of
from loans.domain.formats.dialect import refuse_columns
from loans.domain.formats.tape import Bounds, OpenTape, Unreadable
from loans.domain.formats.uldd_names import ULDD

SPOOL_ROWS = 5_000
HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class SpooledSource:
    """Rows kept in pieces on disk, because the columns are known only after the last DEAL."""

    pieces: tuple[Path, ...]
    columns: tuple[str, ...]

    def frames(self, size: int) -> Iterator[pl.DataFrame]:
        """Frames of `size` rows in file order."""
        waiting: pl.DataFrame | None = None
        for piece in self.pieces:
            frame = self._whole(pl.read_ipc(piece))
            waiting = frame if waiting is None else pl.concat([waiting, frame])
            while waiting.height >= size:
                yield waiting.head(size)
                waiting = waiting.slice(size)
        if waiting is not None and waiting.height:
            yield waiting

    def _whole(self, frame: pl.DataFrame) -> pl.DataFrame:
        missing = [pl.lit(None, pl.String).alias(name) for name in self.columns if name not in frame.columns]
        return frame.with_columns(missing).select(self.columns)


@dataclass(slots=True)
class _Spool:
    folder: Path
    columns: dict[str, None] = field(default_factory=dict)
    pieces: list[Path] = field(default_factory=list)
    waiting: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0

    def add(self, row: dict[str, str]) -> None:
        self.columns.update(dict.fromkeys(row))
        self.waiting.append(row)
        self.rows += 1
        if len(self.waiting) >= SPOOL_ROWS:
            self.flush()

    def flush(self) -> None:
        if not self.waiting:
            return
        names = dict.fromkeys(name for row in self.waiting for name in row)
        frame = pl.DataFrame({name: [row.get(name) for row in self.waiting] for name in names}, strict=True)
        piece = self.folder / f"deals-{len(self.pieces)}.arrow"
        frame.cast(pl.String).write_ipc(piece)
        self.pieces.append(piece)
        self.waiting.clear()


class _Metered:
    """A file that refuses to go on when one DEAL takes more bytes than a row may have."""

    def __init__(self, file: IO[bytes], bounds: Bounds) -> None:
        self._file, self._bounds = file, bounds
        self.since_deal = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self.since_deal += len(piece)
        if self.since_deal > self._bounds.max_deal_bytes:
            raise Unreadable(
                f"The XML has more than {self._bounds.max_deal_bytes:,} bytes without the end of a DEAL, the most one "
                "loan may take; send a MISMO ULDD delivery with a DEAL for each loan."
            )
        return piece


def open_uldd(path: Path, folder: Path, bounds: Bounds) -> OpenTape:
    """Open a MISMO ULDD delivery; every DEAL is a row, its leaves are columns."""
    _refuse_declared_types(path)
    spool = _Spool(folder)
    try:
        _read_deals(path, spool, bounds)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"The XML is not well formed ({error.msg}); export the delivery again.") from error
    spool.flush()
    columns = tuple(spool.columns)
    refuse_columns(len(columns), bounds)
    return OpenTape(
        columns=columns,
        rows=spool.rows,
        source=SpooledSource(tuple(spool.pieces), columns),
        container="uldd",
        encoding="UTF-8",
        layout=ULDD.bound_to(columns),
    )


def _refuse_declared_types(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise _bomb()


def _bomb() -> Unreadable:
    return Unreadable(
        "The XML declares a document type or entities, which are not read because they can hide an attack; "
        "export the delivery without them."
    )


def _read_deals(path: Path, spool: _Spool, bounds: Bounds) -> None:
    with path.open("rb") as file:
        metered = _Metered(file, bounds)
        deals = etree.iterparse(
            metered, tag="{*}DEAL", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _, deal in deals:
            if spool.rows == 0:
                _check_document(deal)
            spool.add(row_of(deal, bounds.max_deal_elements))
            _refuse_rows(spool.rows, bounds)
            _forget(deal)
            metered.since_deal = 0
    if spool.rows == 0:
        raise Unreadable(_no_deal_sentence(deals.root))


def _check_document(deal: etree._Element) -> None:
    document = deal.getroottree()
    if document.docinfo.internalDTD is not None:
        raise _bomb()
    if etree.QName(document.getroot()).localname != "MESSAGE":
        raise Unreadable(_no_deal_sentence(document.getroot()))


def _no_deal_sentence(root: etree._Element | None) -> str:
    name = "nothing" if root is None else etree.QName(root).localname
    if name == "MESSAGE":
        return "The XML is a MISMO message without a DEAL in it; send a ULDD delivery with a DEAL for each loan."
    return f"The XML is not a MISMO ULDD delivery (its outermost element is “{name}”); export the tape as ULDD or CSV."


def _refuse_rows(rows: int, bounds: Bounds) -> None:
    if rows > bounds.max_rows:
        raise Unreadable(
            f"The delivery has more than {bounds.max_rows:,} loans, the most that can be read; split it into several."
        )


def _forget(deal: etree._Element) -> None:
    """Free a DEAL and the DEALs before it."""
    deal.clear()
    while deal.getprevious() is not None:
        parent = deal.getparent()
        if parent is None:
            return
        del parent[0]
