"""Which of the agencies' files this is, told by what stands in it; its name is never asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from loans.domain.formats import Unreadable
from portfolios.domain.factorfiles.layouts import FileLayout, layouts
from portfolios.domain.factorfiles.text import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEAD_LINES = 8
CENTURY = 2000
AFTER_THE_LAST = "(behind the last pipe)"
_DAILY_NAME = re.compile(r"^(?P<again>R?)f[a-z](?P<day>\d{6})(?!\d)", re.IGNORECASE)  # fd260806, Rfd260806
_MONTHLY_NAME = re.compile(r"^(FNM|FRE)_(?P<again>R?)[A-Z]+_\d{6}")  # FNM_MF_202608, FNM_RMF_202608
_GINNIE_FACTOR = re.compile(r"GNMA\s+(?P<program>I{1,2}|PLAT\w*)?\s*UPDATE\s+(?P<update>\d+)\s+\d{6}\s+(?P<day>\d{6})")
_GINNIE_HEADER = re.compile(r"HDR\.\S+\s+(?P<day>\d{6})")
_GINNIE_POOLS = re.compile(r"HP\|(?P<period>\d{6})\|(?P<day>\d{8})")
_GINNIE_LOANS = re.compile(r"H.{22}\d{3}(?P<corrected>.)(?P<period>\d{6})(?P<day>\d{8})")
_LIQUIDATIONS = re.compile(r"HH\|\d{6}\|\d{8}")
_POOL_LINE = re.compile(r".{6}[XCM]\d{4} .{60}[\d ]{15}[\d ]{15}[\d ]{9}[\d ]{5}")


@dataclass(frozen=True, slots=True)
class Recognized:
    """A layout bound to one file: its columns in order (pipe-delimited files), header lines, month and dates."""

    layout: FileLayout
    names: tuple[str, ...] = ()
    header_lines: int = 0
    month: date | None = None
    published_on: date | None = None
    correction: bool = False


def recognized(path: Path) -> Recognized:
    """The layout of a text file. Unreadable where no layout fits, with those that are known."""
    numbered = _head(path)
    head = [line for _, line in numbered]
    found = _ginnie_factor(numbered) or _ginnie_pools(head) or _ginnie_loans(head) or _piped(head)
    if found is None:
        raise Unreadable(_unknown(head))
    return found


def told_by_name(found: Recognized, name: str) -> Recognized:
    """The day of a file that does not say it, and whether it is a reissue, where the agency's own name tells."""
    daily, monthly = _DAILY_NAME.match(name), _MONTHLY_NAME.match(name)
    if found.published_on is not None or not (daily or monthly):
        return found
    again = bool((daily or monthly)["again"])  # type: ignore[index]  # one of them matched
    try:
        return replace(found, correction=again, published_on=_yymmdd(daily["day"]) if daily else None)
    except Unreadable:
        return found


def _head(path: Path) -> list[tuple[int, str]]:
    """The first lines with text in them, without line breaks, each with its number."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        read = iter(lambda: file.readline(BOUNDS.max_line_bytes), "")
        numbered = ((number, line.rstrip("\r\n")) for number, line in enumerate(read, start=1))
        return list(islice(((number, line) for number, line in numbered if line.strip()), HEAD_LINES))


def _ginnie_factor(numbered: Sequence[tuple[int, str]]) -> Recognized | None:
    head = [line for _, line in numbered]
    first = next((number for number, line in numbered if _POOL_LINE.match(line)), None)
    if first is None:
        return None
    titles = [match for line in head if (match := _GINNIE_FACTOR.match(line))]
    headers = [match for line in head if (match := _GINNIE_HEADER.match(line))]
    if not titles and not headers:
        raise Unreadable(
            "The file looks like a Ginnie Mae factor file, but its header lines (HDR and GNMA … UPDATE), which say the "
            "month, are missing; fetch the file from the agency again, as it was published."
        )
    published = _yymmdd(titles[0]["day"]) if titles else _mmddyy(headers[0]["day"])
    second = titles[0]["program"] not in {"I", None} if titles else _is_second(head)
    layout = layouts()["gnma_factor_2" if second else "gnma_factor_1"]
    return Recognized(layout, header_lines=first - 1, month=published.replace(day=1), published_on=published)


def _is_second(head: Sequence[str]) -> bool:
    return any(match and line[6] in "CM" for line in head if (match := _POOL_LINE.match(line)))


def _ginnie_pools(head: Sequence[str]) -> Recognized | None:
    match = _GINNIE_POOLS.match(head[0]) if head else None
    return _of_period(layouts()["gnma_sfps"], match["period"], match["day"]) if match else None


def _ginnie_loans(head: Sequence[str]) -> Recognized | None:
    match = _GINNIE_LOANS.match(head[0]) if head else None
    if match is None:
        return None
    found = _of_period(layouts()["gnma_llmon"], match["period"], match["day"])
    return replace(found, correction=match["corrected"] == "Y")


def _of_period(layout: FileLayout, period: str, day: str) -> Recognized:
    """A file of a reporting period: the factor month follows it as the layout says."""
    try:
        first, published = date(int(period[:4]), int(period[4:]), 1), _yyyymmdd(day)
    except ValueError as error:
        raise Unreadable(f"The first line names the period {period} and the day {day}; one of them is none.") from error
    months = first.year * 12 + first.month - 1 + layout.month_later
    return Recognized(layout, month=date(months // 12, months % 12 + 1, 1), published_on=published)


def _piped(head: Sequence[str]) -> Recognized | None:
    if not head or "|" not in head[0]:
        return None
    first, second = (tuple(cell.strip() for cell in line.split("|")) for line in (head[0], head[-1]))
    piped = [layout for layout in layouts().values() if layout.shape == "pipe"]
    for layout in piped:
        if bound := _by_names(layout, first):
            return bound
    return next((bound for layout in piped if (bound := _by_position(layout, first, len(second)))), None)


def _by_position(layout: FileLayout, first: tuple[str, ...], width: int) -> Recognized | None:
    """The layout bound to a file without a header, by how its first line looks; a pipe may stand behind the last."""
    columns = len(first) - (first[-1] == "" and len(first) not in layout.widths)
    if columns not in layout.widths or width != len(first) or not _looks_like(layout, first):
        return None
    names = tuple(column.name for column in layout.columns[:columns])
    return Recognized(layout, names=names + (AFTER_THE_LAST,) * (width - columns))


def _by_names(layout: FileLayout, header: tuple[str, ...]) -> Recognized | None:
    """The layout bound to a header line, whose names may be those of before December 2025."""
    names = _once(tuple(layout.former_names.get(name, name) for name in header))
    if not set(layout.named_by) <= set(names):
        return None
    if missing := [layout.take[name] for name in layout.required if layout.take[name] not in names]:
        raise Unreadable(f"The header of the {layout.title.lower()} lacks {', '.join(missing)}; fetch the file again.")
    return Recognized(layout, names=names, header_lines=1)


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name if name not in names[:place] else f"{name} ({place + 1})" for place, name in enumerate(names))


def _looks_like(layout: FileLayout, cells: Sequence[str]) -> bool:
    return all(re.fullmatch(pattern, cells[position - 1]) for position, pattern in layout.telling.items())


def _unknown(head: Sequence[str]) -> str:
    if head and _LIQUIDATIONS.match(head[0]):
        return (
            "The file is a Ginnie Mae liquidations file. It names loans that left and gives no balance of those that "
            "stay, so no month comes from it; import the loan-level file of the same month."
        )
    titles = "; ".join(layout.title for layout in layouts().values())
    return f"The file is laid out as none of the agencies' files that are read here: {titles}."


def _yymmdd(text: str) -> date:
    """The day in the title line of a Ginnie Mae factor file. Unreadable where it is none."""
    return _yyyymmdd(f"{CENTURY // 100}{text}")


def _mmddyy(text: str) -> date:
    return _yymmdd(text[4:] + text[:4])


def _yyyymmdd(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise Unreadable(f"The header of the file gives “{text}” as its day, which is none; fetch it again.") from error
