"""Dates in every order tapes use. One order is chosen for a column; texts that can be read in one way only always are.

Orders: "mdy" 03/31/2021 or 03312021, "dmy" 31/03/2021, "ymd" 2021-03-31 or 20210331, "ym" 202103, "my" 032021,
"excel" 44286 (days since 1899-12-30). Months without a day are read as the first.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

DATE_ORDERS = ("mdy", "dmy", "ymd", "ym", "my", "excel")

EARLIEST, LATEST = date(1850, 1, 1), date(2199, 12, 31)
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_SERIALS = (1, 109574)
SURE_SERIALS = (15000, 80000)

_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_DAY_NAME_YEAR = re.compile(rf"(\d{{1,2}})[-/ .]?([A-Za-z]{{3,9}})\.?[-/ .,]*(\d{{4}}|\d{{2}}){_TIME}")
_NAME_DAY_YEAR = re.compile(rf"([A-Za-z]{{3,9}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? +(\d{{4}}){_TIME}")
_NAME_YEAR = re.compile(r"([A-Za-z]{3,9})\.?[-/ ,]+(\d{4}|\d{2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/](\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})")
_DIGITS = re.compile(r"\d{4,8}(?:\.0+)?")
_SERIAL = re.compile(r"\d{1,6}(?:\.\d+)?")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@lru_cache(maxsize=200_000)
def parse_date(text: str, order: str = "mdy", pivot: int = 70) -> date | None:
    """Read one date, or None.

    `order` settles what the text leaves open. Two-digit years below `pivot` are of this century, others of the last.
    """
    text = text.strip()
    found = _spelled(text, pivot) or _separated(text, order, pivot) or _digits(text, order)
    return found if found and EARLIEST <= found <= LATEST else None


def is_ambiguous(text: str) -> bool:
    """Whether day and month could be exchanged: both numbers at most 12 and different."""
    match = _YEAR_LAST.fullmatch(text.strip())
    if not match:
        return False
    first, second = int(match[1]), int(match[3])
    return first <= 12 and second <= 12 and first != second


def has_short_year(text: str) -> bool:
    """Whether the century must be guessed."""
    match = _YEAR_LAST.fullmatch(text.strip()) or _DAY_NAME_YEAR.fullmatch(text.strip())
    return match is not None and len(match[match.lastindex or 0]) == 2


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str, pivot: int) -> int:
    number = int(text)
    return number if len(text) == 4 else number + (2000 if number < pivot else 1900)


def _month(name: str) -> int | None:
    name = name.lower()
    if name in _FULL_MONTHS:
        return _FULL_MONTHS.index(name) + 1
    return _MONTH_NAMES.index(name[:3]) + 1 if name in (*_MONTH_NAMES, "sept") else None


def _spelled(text: str, pivot: int) -> date | None:
    if match := _DAY_NAME_YEAR.fullmatch(text):
        day, name, year = match.groups()
    elif match := _NAME_DAY_YEAR.fullmatch(text):
        name, day, year = match.groups()
    elif match := _NAME_YEAR.fullmatch(text):
        day, (name, year) = "1", match.groups()
    else:
        return None
    month = _month(name)
    return _date(_year(year, pivot), month, int(day)) if month else None


def _separated(text: str, order: str, pivot: int) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _date(int(match[1]), int(match[3]), int(match[4]))
    if match := _YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4], pivot)
        return _date(year, second, first) if order == "dmy" else _date(year, first, second)
    if match := _MONTH_YEAR.fullmatch(text):
        return _date(int(match[2]), int(match[1]), 1)
    if match := _YEAR_MONTH.fullmatch(text):
        return _date(int(match[1]), int(match[2]), 1)
    return None


def _digits(text: str, order: str) -> date | None:
    if order == "excel":
        return _from_serial(text)
    if not _DIGITS.fullmatch(text):
        return None
    digits = text.partition(".")[0]
    if order in ("ym", "my"):
        return _year_month(digits.zfill(6), order)
    return _day_digits(digits, order) or _day_digits(digits, "ymd") or _sure_serial(digits)


def _year_month(digits: str, order: str) -> date | None:
    if len(digits) != 6:
        return None
    year, month = (digits[:4], digits[4:]) if order == "ym" else (digits[2:], digits[:2])
    return _date(int(year), int(month), 1)


def _day_digits(digits: str, order: str) -> date | None:
    if order == "ymd":
        return _date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if len(digits) == 8 else None
    if len(digits) not in (7, 8):
        return None
    digits = digits.zfill(8)
    first, second, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    return _date(year, second, first) if order == "dmy" else _date(year, first, second)


def _sure_serial(digits: str) -> date | None:
    """A five-digit number in a column of full dates can only be a spreadsheet's day count (1941 to 2119)."""
    return _from_serial(digits) if len(digits) == 5 and SURE_SERIALS[0] <= int(digits) <= SURE_SERIALS[1] else None


def _from_serial(text: str) -> date | None:
    if not _SERIAL.fullmatch(text):
        return None
    days = int(float(text))
    return EXCEL_EPOCH + timedelta(days=days) if EXCEL_SERIALS[0] <= days <= EXCEL_SERIALS[1] else None
