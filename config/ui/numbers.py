"""How numbers are written: money, rates, shares, factors, counts. Pure functions; a missing value is an en dash.

Rounding is half up on the decimal digits that a person sees: 2.675 becomes 2.68 although its float lies below.
Negative numbers carry a true minus (U+2212), never a hyphen and never brackets.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from math import ceil
from typing import Any

MISSING = "–"
MINUS = "−"
BILLION = Decimal(1_000_000_000)
MILLION = Decimal(1_000_000)


def decimal(value: Any) -> Decimal | None:
    """`value` as a Decimal, or None when it is missing, empty, not a number or not finite."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def fixed(value: Any, places: int, *, before: str = "", after: str = "", plus: bool = False) -> str:
    """`value` rounded half up to `places`, with separators, a true minus, and text around the digits."""
    number = decimal(value)
    if number is None:
        return MISSING
    rounded = half_up(number, places)
    sign = MINUS if rounded < 0 else "+" if plus and rounded > 0 else ""
    return f"{sign}{before}{abs(rounded):,.{places}f}{after}"


def half_up(number: Decimal, places: int) -> Decimal:
    """`number` rounded half away from zero to `places` decimals, whatever its size."""
    exponent = Decimal(1).scaleb(-places)
    digits = max(number.adjusted() + places + 2, 28)
    return number.quantize(exponent, rounding=ROUND_HALF_UP, context=Context(prec=digits))


def money(value: Any) -> str:
    """Whole dollars: $1,005,914,783."""
    return fixed(value, 0, before="$")


def money_cents(value: Any) -> str:
    """Dollars and cents: $489,174.88."""
    return fixed(value, 2, before="$")


def money_short(value: Any) -> str:
    """Money in a sentence or a strip: $1.01B, $981.7M, and whole dollars below a million."""
    number = decimal(value)
    if number is None:
        return MISSING
    if half_up(abs(number) / MILLION, 1) >= 1000:
        return fixed(number / BILLION, 2, before="$", after="B")
    if half_up(abs(number), 0) >= MILLION:
        return fixed(number / MILLION, 1, before="$", after="M")
    return money(number)


def rate(value: Any) -> str:
    """A note rate, coupon or yield given in percent: 6.625%."""
    return fixed(value, 3, after="%")


def pct(value: Any) -> str:
    """A ratio or share given in percent, such as LTV or DTI: 81.87%; one too small to be seen is "under 0.01%"."""
    return _percent(value, 2)


def pct1(value: Any) -> str:
    """A percentage in a chart or a sentence, given in percent: 27.6%; one too small to be seen is "under 0.1%"."""
    return _percent(value, 1)


def _percent(value: Any, places: int) -> str:
    number = decimal(value)
    if number is not None and number > 0 and not half_up(number, places):
        return f"under {Decimal(1).scaleb(-places)}%"
    return fixed(value, places, after="%")


def share(value: Any) -> str:
    """A share of a whole given as a fraction: 0.1084 becomes 10.84%."""
    number = decimal(value)
    return MISSING if number is None else pct(number * 100)


def share1(value: Any) -> str:
    """A share of a whole given as a fraction, for charts and sentences: 0.276 becomes 27.6%."""
    number = decimal(value)
    return MISSING if number is None else pct1(number * 100)


def count(value: Any) -> str:
    """A count or a credit score: 2,486."""
    return fixed(value, 0)


def number(value: Any, places: int = 2) -> str:
    """A plain figure with `places` decimals: 6.5."""
    return fixed(value, places)


def factor8(value: Any) -> str:
    """A pool factor as published: 0.71370027."""
    return fixed(value, 8)


def factor4(value: Any) -> str:
    """A pool factor in a chart or a sentence: 0.7137."""
    return fixed(value, 4)


def points(value: Any) -> str:
    """A difference between percentages, in points: +1.2 pts."""
    return fixed(value, 1, after=" pts", plus=True)


def difference(value: Any, places: int = 3) -> str:
    """A difference with its sign: +0.125."""
    return fixed(value, places, plus=True)


def thirty_seconds(value: Any) -> str:
    """A market price in percent of par, in 32nds: 101.5 becomes 101-16."""
    price = decimal(value)
    if price is None:
        return MISSING
    ticks = int(half_up(abs(price) * 32, 0))
    return f"{MINUS if price < 0 and ticks else ''}{ticks // 32:,}-{ticks % 32:02d}"


def size(value: Any) -> str:
    """A file size given in bytes, in decimal units: 412 MB."""
    amount = decimal(value)
    if amount is None:
        return MISSING
    for unit, scale in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if abs(amount) >= scale:
            scaled = amount / scale
            return fixed(scaled, 1 if abs(scaled) < 10 else 0, after=f" {unit}")
    return "1 byte" if amount == 1 else fixed(amount, 0, after=" bytes")


def duration(value: Any) -> str:
    """A span given in seconds, rounded up, in the units that matter: 38 seconds, 2 minutes, 1 hour 5 minutes."""
    seconds = decimal(value)
    if seconds is None:
        return MISSING
    whole = ceil(max(seconds, Decimal(0)))
    if whole < 60:
        return units(whole, "second")
    minutes = -(-whole // 60)
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (units(hours, "hour") * bool(hours), units(rest, "minute") * bool(rest)) if part)


def units(amount: int, unit: str) -> str:
    """A number of things: 1 loan, 1,042 loans."""
    return f"{amount:,} {unit}{'' if amount == 1 else 's'}"


def fingerprint(value: Any) -> str:
    """The first and last four characters of a digest: 9c1e…44d0."""
    text = str(value or "")
    return MISSING if not text else text if len(text) <= 9 else f"{text[:4]}…{text[-4:]}"
