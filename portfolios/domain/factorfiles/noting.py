"""Problems of cells: what stands there, what was expected, and what became of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from portfolios.domain.factorfiles.reading import LINE
from portfolios.domain.factorfiles.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from portfolios.domain.factorfiles.layouts import FileLayout
    from portfolios.domain.factorfiles.text import Problems


def note_misread(
    cells: pl.DataFrame,
    frame: pl.DataFrame,
    layout: FileLayout,
    words: Mapping[str, str],
    problems: Problems,
    *,
    lost: Collection[str],
) -> None:
    """Note every cell that has text and no value. The caller leaves lines without a value for one of `lost` out."""
    for name in (name for name in frame.columns if name in cells.columns and name != LINE):
        wrong = cells[name].is_not_null() & frame[name].is_null()
        if not wrong.any():
            continue
        column = layout.take[name]
        done = "the line was left out" if name in lost else "it was left empty"
        expected = f"which is not {words.get(name) or 'what the layout allows'}; {done}."
        rows = cells.filter(wrong).select(LINE, name)
        problems.add_rows(rows, column, _sentence(column, expected))


def with_required(frame: pl.DataFrame, layout: FileLayout, problems: Problems) -> pl.DataFrame:
    """The lines that give everything the layout requires; the others are noted."""
    for name in layout.required:
        empty = frame[name].is_null()
        if empty.any():
            column = layout.take[name]
            problems.add_rows(frame.filter(empty).select(LINE), column, _missing(column))
            frame = frame.filter(~empty)
    return frame


def _sentence(column: str, expected: str) -> Callable[[str], str]:
    return lambda text: f"{column} is “{shown(text)}”, {expected}"


def _missing(column: str) -> Callable[[], str]:
    return lambda: f"The line has no {column} that can be read, so it was left out."
