"""Reading a loan tape of any supported format as batches of text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from loans.domain.formats.archive import unpack_gzip, unpack_zip
from loans.domain.formats.delimited import open_delimited
from loans.domain.formats.last_month import only_last_months
from loans.domain.formats.layouts import LENDER, Layout
from loans.domain.formats.not_for_sale import refuse_not_for_sale
from loans.domain.formats.recognition import LAYOUTS, OWN_LAYOUTS
from loans.domain.formats.sniffing import kind_of
from loans.domain.formats.stretches import Cut
from loans.domain.formats.tape import Bounds, Note, OpenTape, Scratch, Unreadable
from loans.domain.formats.uldd import open_uldd
from loans.domain.formats.xlsx import open_xlsx

__all__ = [
    "LAYOUTS",
    "LENDER",
    "OWN_LAYOUTS",
    "Bounds",
    "Cut",
    "Layout",
    "Note",
    "OpenTape",
    "Unreadable",
    "open_tape",
    "refuse_not_for_sale",
]


def open_tape(
    path: Path, *, name: str, layout: str = "auto", bounds: Bounds | None = None, unpack_dir: Path | None = None
) -> OpenTape:
    """Open a local file as a tape; raises Unreadable with one sentence for the sender.

    `name` is the name the sender gave the file. `layout` is "auto" or a code of LAYOUTS. Unpacked and re-encoded copies
    go to `unpack_dir` (the caller removes them), else to a folder that lives as long as the tape.
    """
    limits = bounds or Bounds()
    scratch = Scratch(unpack_dir)
    tape = _open(path, scratch.folder, limits, _wanted(layout))
    return only_last_months(replace(tape, scratch=scratch))


def _wanted(layout: str) -> Layout | None:
    if layout == "auto":
        return None
    if layout not in LAYOUTS:
        known = ", ".join(sorted(LAYOUTS))
        raise Unreadable(f"There is no layout “{layout}”; the layouts are auto, {known}.")
    return LAYOUTS[layout]


def _open(path: Path, folder: Path, bounds: Bounds, wanted: Layout | None) -> OpenTape:
    kind = kind_of(path, bounds)
    if kind in {"zip", "gzip"}:
        path = unpack_zip(path, folder, bounds) if kind == "zip" else unpack_gzip(path, folder, bounds)
        kind = kind_of(path, bounds)
    if kind == "xlsx":
        return open_xlsx(path, bounds, wanted)
    if kind == "xml":
        return open_uldd(path, folder, bounds)
    if kind == "text":
        return open_delimited(path, folder, bounds, wanted)
    raise Unreadable("The archive holds another archive; pack the tape itself, or send it without compression.")
