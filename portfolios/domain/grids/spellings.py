"""Numbers, months and words as desks write them, brought to the one spelling that cells are read from."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
AGENCY_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "fnma": "fannie_mae", "fannie": "fannie_mae", "fn": "fannie_mae",
        "fhlmc": "freddie_mac", "freddie": "freddie_mac", "fh": "freddie_mac", "fr": "freddie_mac",
        "gnma": "ginnie_mae", "ginnie": "ginnie_mae", "gn": "ginnie_mae", "g2": "ginnie_mae",
    }
)  # fmt: skip
TERM = re.compile(r"(10|15|20|30)[\s_-]*(?:y|yr|yrs|year|years)\.?")
FRACTION = re.compile(r"(?P<whole>\d{1,3})[\s-]+(?P<over>\d{1,2})/(?P<under>2|4|8|16|32|64)")
TICKED = re.compile(r"(?P<points>\d{1,3})(?:[':^]|\s+)(?P<ticks>\d{2})(?:/32)?(?P<part>[+0-7])?")
HALF_TICKS = re.compile(r"(?P<points>\d{1,3})[-':](?P<ticks>\d{2})\.(?P<tenths>5|25|75|125|375|625|875)0?")
NAMED_MONTH = re.compile(r"([a-z]{3})[a-z]*\.?[\s-]*'?(20\d\d|\d\d)")
MONTH_FIRST = re.compile(r"(0?[1-9]|1[0-2])/(?:[0-3]?\d/)?(20\d\d)")
FULL_DATE = re.compile(r"(20\d\d-\d\d)-\d\d(?:[ T]00:00:00(?:\.0+)?)?")
DECIMAL_COMMA = re.compile(r"-?\d+,(?:\d{1,2}|\d{4,})")
PAR = Decimal(100)
FRACTIONS_BELOW: Mapping[str, Decimal] = MappingProxyType(
    {
        "coupon": Decimal("0.2"), "rate": Decimal("0.2"), "rate_min": Decimal("0.2"), "rate_max": Decimal("0.2"),
        "ltv_min": Decimal("2.5"), "ltv_max": Decimal("2.5"), "state_share": Decimal(1), "price": Decimal(2),
    }
)  # fmt: skip
"""Columns in percent, and what no percent of them is below: a column wholly below it is in parts of one."""


def word(text: str) -> str:
    """An agency or a term as the templates write it; other words stay."""
    lowered = text.strip().lower()
    years = TERM.fullmatch(lowered)
    return years[1] if years else AGENCY_NAMES.get(lowered, text)


def month(text: str) -> str:
    """A month as 2026-12, of "Dec 2026", "Dec-26", "12/2026", "12/15/2026" or a date; other text stays."""
    lowered = text.strip().lower()
    if (named := NAMED_MONTH.fullmatch(lowered)) and named[1] in MONTHS:
        year = named[2] if len(named[2]) == 4 else f"20{named[2]}"
        return f"{year}-{MONTHS.index(named[1]) + 1:02d}"
    if first := MONTH_FIRST.fullmatch(lowered):
        return f"{first[2]}-{int(first[1]):02d}"
    if full := FULL_DATE.fullmatch(text.strip()):
        return full[1]
    return text


def number(text: str) -> str:
    """A number without its dress: "6 1/8" is 6.125, "(0.75)" and "−0.75" are -0.75."""
    typed = text.strip().replace("−", "-").replace("\u00a0", " ")
    if typed.startswith("(") and typed.endswith(")"):
        typed = f"-{typed[1:-1].strip()}"
    if part := FRACTION.fullmatch(typed.rstrip("%").strip()):
        return str(Decimal(part["whole"]) + Decimal(part["over"]) / Decimal(part["under"]))
    return typed


def price(text: str) -> str:
    """A price as percent of par or as 101-16+, of "101'16", "101:16+", "101 16/32" or "101-08.5"."""
    typed = text.strip()
    if part := HALF_TICKS.fullmatch(typed):
        ticks = Decimal(f"{part['ticks']}.{part['tenths']}")
        return str(Decimal(part["points"]) + ticks / 32) if ticks < 32 else typed
    if part := TICKED.fullmatch(typed):
        return f"{part['points']}-{part['ticks']}{part['part'] or ''}"
    if "/" in typed:
        return number(typed)
    return typed


def in_parts_of_one(column: str, cells: list[str | None]) -> bool:
    """Whether a column of percents is written in parts of one throughout, as spreadsheets keep percents."""
    below = FRACTIONS_BELOW.get(column)
    values = [value for cell in cells if cell and cell.strip() and (value := _decimal(cell)) is not None]
    filled = [value for value in values if value]
    return below is not None and bool(filled) and all(0 < value < below for value in filled)


def as_percent(text: str | None) -> str | None:
    """A cell in parts of one as percent; text that is no number stays."""
    value = _decimal(text) if text else None
    return text if value is None else f"{(value * PAR).normalize():f}"


def _decimal(text: str) -> Decimal | None:
    """The number of a cell without a percent sign; None for anything else."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
