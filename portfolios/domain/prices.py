"""Prices as people type them: decimal percent of par, or points and 32nds."""

import re
from decimal import Decimal, InvalidOperation

TICKS = re.compile(r"(?P<points>\d{1,4})-(?P<ticks>[0-2]\d|3[01])(?P<eighths>[0-7]|\+)?")
LARGEST = Decimal(1000)
PLUS = 4  # half a 32nd, in eighths


def price_of(text: str) -> Decimal:
    """Percent of par of "101.5", "101-16", "101-16+" (half a 32nd more) or "101-162" (two eighths of a 32nd more).

    ValueError, with a sentence for the person, for anything else and for a price that is not above 0 and below 1000.
    """
    typed = text.strip().rstrip("%").replace(",", "")
    price = _ticks(typed) if "-" in typed.lstrip("-") else _decimal(typed)
    if not 0 < price < LARGEST:
        raise ValueError("A price is above 0 and below 1000 percent of par.")
    return price


def _ticks(typed: str) -> Decimal:
    parts = TICKS.fullmatch(typed)
    if parts is None:
        raise ValueError(f"“{typed[:20]}” is no price in 32nds. 101-16 is 101 and 16/32; 31 is the most.")
    eighths = PLUS if parts["eighths"] == "+" else int(parts["eighths"] or 0)
    return Decimal(parts["points"]) + (Decimal(parts["ticks"]) + Decimal(eighths) / 8) / 32


def _decimal(typed: str) -> Decimal:
    try:
        price = Decimal(typed)
    except InvalidOperation as error:
        raise ValueError(f"“{typed[:20]}” is no price. Type it as 101.5 or, in 32nds, as 101-16.") from error
    if not price.is_finite():
        raise ValueError("A price is above 0 and below 1000 percent of par.")
    return price
