"""One cell of a price grid, from text to a value that JSON keeps; or what is wrong with it and the cure."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from portfolios.domain.grids import spellings
from portfolios.domain.grids.columns import REFUSED, CellType, Column
from portfolios.domain.prices import price_of

Value = str | float | int | bool
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(?:-01)?(?:[ T]00:00:00)?")
FLAGS = MappingProxyType({"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False})
PLACES = {CellType.PERCENT: 3, CellType.RATIO: 3, CellType.POINTS: 6, CellType.PRICE: 6, CellType.USD: 2}
"""Decimal places that are kept; agencies round ratios to three."""
TEXT_CHARS = 60
SHOWN_CHARS = 40


class BadCell(Exception):
    """A cell that gives no value: a sentence, and the cure."""

    def __init__(self, sentence: str, cure: str) -> None:
        super().__init__(sentence)
        self.cure = cure


def value_of(text: str, column: Column) -> Value:
    """The value of a filled cell; raises BadCell."""
    plain = _spelled(text, column)
    if column.type not in (CellType.TEXT, CellType.WORD) and not plain.isascii():
        raise BadCell(f"“{text[:SHOWN_CHARS]}” has letters or digits of another script.", "Write it with 0 to 9.")
    return _READERS.get(column.type, _number)(plain.strip(), column)


def _spelled(text: str, column: Column) -> str:
    """The cell in the spelling that is read."""
    if column.type is CellType.WORD:
        return spellings.word(text)
    if column.type is CellType.MONTH:
        return spellings.month(text)
    if column.type is CellType.PRICE:
        return spellings.price(text)
    return text if column.type in (CellType.TEXT, CellType.FLAG, CellType.STATE) else spellings.number(text)


def _text(text: str, column: Column) -> str:
    if len(text) > TEXT_CHARS:
        raise BadCell(f"The text has {len(text)} characters.", f"Shorten it to at most {TEXT_CHARS}.")
    return text


def _word(text: str, column: Column) -> str:
    word = re.sub(r"[\s-]+", "_", text.lower())
    if word not in column.choices:
        raise BadCell(f"“{text[:SHOWN_CHARS]}” is not a word of this column.", f"Use {', '.join(column.choices)}.")
    return word


def _month(text: str, column: Column) -> str:
    found = MONTH.fullmatch(text)
    if not found:
        raise BadCell(f"“{text[:SHOWN_CHARS]}” is no month.", "Write year and month, as 2026-12.")
    return f"{found[1]}-{found[2]}"


def _flag(text: str, column: Column) -> bool:
    try:
        return FLAGS[text.lower()]
    except KeyError as error:
        raise BadCell(f"“{text[:SHOWN_CHARS]}” is neither yes nor no.", "Write yes or no.") from error


def _state(text: str, column: Column) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise BadCell(f"“{text[:SHOWN_CHARS]}” is no state.", "Write the two letters of the state, as NY.")
    return text.upper()


def _price(text: str, column: Column) -> float:
    if spellings.DECIMAL_COMMA.fullmatch(text):
        raise BadCell(f"“{text[:SHOWN_CHARS]}” has a comma before its decimals.", "Write it with a point, as 101.5.")
    try:
        return float(_bounded(price_of(text), column))
    except ValueError as error:
        raise BadCell(str(error), "Write percent of par, as 101.5 or 101-16.") from error


def _points(text: str, column: Column) -> Value:
    if column.refuses and text.lower() == REFUSED:
        return REFUSED
    return _number(text, column)


def _number(text: str, column: Column) -> float | int:
    if spellings.DECIMAL_COMMA.fullmatch(text):
        raise BadCell(f"“{text[:SHOWN_CHARS]}” has a comma before its decimals.", "Write it with a point, as 6.125.")
    typed = text.replace(",", "").rstrip("%").strip().replace("$", "", 1)
    try:
        number = Decimal(typed)
    except InvalidOperation as error:
        raise BadCell(f"“{text[:SHOWN_CHARS]}” is no number.", "Write a number without words.") from error
    number = _bounded(number, column)
    if column.type is CellType.WHOLE:
        if number != number.to_integral_value():
            raise BadCell(f"{number} is not whole.", "Write a whole number.")
        return int(number)
    return float(number)


def _bounded(number: Decimal, column: Column) -> Decimal:
    if column.least is None or column.most is None:
        raise ValueError(f"{column.name} has no bounds.")
    if not number.is_finite() or not column.least <= number <= column.most:
        within = f"{_plain(column.least)} to {_plain(column.most)}"
        raise BadCell(f"The number is outside {within}.", f"Write a number from {within}.")
    places = PLACES.get(column.type)
    return number if places is None else round(number, places)


def _plain(number: Decimal) -> str:
    return f"{number:,.0f}" if number == number.to_integral_value() else f"{number:,f}"


_READERS: MappingProxyType[CellType, Callable[[str, Column], Value]] = MappingProxyType(
    {
        CellType.TEXT: _text,
        CellType.WORD: _word,
        CellType.MONTH: _month,
        CellType.FLAG: _flag,
        CellType.STATE: _state,
        CellType.PRICE: _price,
        CellType.POINTS: _points,
    }
)
