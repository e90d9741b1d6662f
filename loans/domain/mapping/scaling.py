"""In which unit the numbers of a column are written: fractions, basis points, thousands, years."""

import re

from loans.domain.fields import Field
from loans.domain.mapping.plausible import (
    BASIS_POINTS_ABOVE,
    IN_THOUSANDS,
    TERMS_IN_YEARS,
    THOUSANDS_BETWEEN,
    THOUSANDTHS_ABOVE,
    YEARS,
    fraction_below,
)
from loans.domain.mapping.profiles import ColumnProfile

FEWEST_FOR_THOUSANDS = 10
"""Amounts that a column must have before small ones are taken for thousands without a word in the header."""
FEWEST_FOR_BOTH = 20
"""Numbers that a column must have before it is taken to hold fractions and percent side by side."""
_THOUSANDS = re.compile(r"000'?s|\bthousands?\b|\(\$?k\)|\$k\b", re.IGNORECASE)
_YEARS = re.compile(r"\s*y(ea)?rs?\.?\s*$", re.IGNORECASE)


def scale_of(column: ColumnProfile, field: Field, *, percent_cells: bool) -> tuple[float, str, bool]:
    """What the numbers of a column must be multiplied by, in words, and whether a person should look at that.

    `percent_cells`: the workbook formats the column as percent.
    """
    median, upper = column.median, column.upper
    if median is None or upper is None or 2 * column.percent_signs > column.numbers:
        return 1.0, "", False
    limit = fraction_below(field)
    if field.is_percent and (percent_cells or (limit is not None and abs(median) < limit)):
        mixed = limit is not None and not percent_cells and abs(upper) >= limit * 2
        return 100.0, _fractions_note(column, mixed=mixed), mixed
    if (divisor := _divisor(column, field)) > 1:
        what = "are basis points" if divisor == 100 else "have no decimal point"
        note = f"Values {what}. They will be divided by {divisor:,}: {median:g} becomes {median / divisor:g}%."
        return 1 / divisor, note, True
    if field.name in IN_THOUSANDS and _in_thousands(column):
        example = f"{median:g} becomes {median * 1000:,.0f}"
        return 1000.0, f"Values are thousands of dollars. They will be multiplied by 1,000: {example}.", True
    if field.name in TERMS_IN_YEARS and _in_years(column):
        return 12.0, f"Values look like years. They will be multiplied by 12: {median:g} becomes {median * 12:g}.", True
    return 1.0, "", False


def fractions_among_percent(column: ColumnProfile, field: Field) -> float | None:
    """Where a column holds many fractions and much percent, the size from which a number is percent; None elsewhere.

    A few of the one among the other are mistakes, which the rules find.
    """
    limit = fraction_below(field) if field.is_percent else None
    if limit is None or column.lower_part is None or column.upper_part is None or column.numbers < FEWEST_FOR_BOTH:
        return None
    both = 0 < column.lower_part < limit and column.upper_part >= 2 * limit
    return limit if both and 2 * column.percent_signs <= column.numbers else None


def mixed_note(column: ColumnProfile, limit: float) -> str:
    """What is done to a column of fractions and percent, in words."""
    example = column.lower_part or 0.0
    return (
        f"Some values are fractions, some percent. Those below {limit:g} will be multiplied by 100: "
        f"{example:g} becomes {round(example * 100, 6):g}%."
    )


def _divisor(column: ColumnProfile, field: Field) -> int:
    """100 for rates in basis points, 1,000 for rates in thousandths of a percent: 662.5 and 6625 are 6.625%."""
    for limits, divisor in ((THOUSANDTHS_ABOVE, 1000), (BASIS_POINTS_ABOVE, 100)):
        limit = limits.get(field.name)
        if limit is not None and (column.median or 0) > limit and (column.low or 0) * 5 > (column.median or 0):
            return divisor
    return 1


def _in_thousands(column: ColumnProfile) -> bool:
    """Whether all amounts are as small as thousands of dollars are, in a column long enough to tell or that says so."""
    least, most = THOUSANDS_BETWEEN
    small = column.low is not None and column.high is not None and column.low >= least and column.high <= most
    told = bool(_THOUSANDS.search(column.name)) or column.known >= FEWEST_FOR_THOUSANDS
    return small and told and column.median is not None and column.median < 3_000


def _fractions_note(column: ColumnProfile, *, mixed: bool) -> str:
    example = next((value for value in map(_number, column.samples) if value), column.median or 0.0)
    note = f"Values are fractions. They will be multiplied by 100: {example:g} becomes {round(example * 100, 6):g}%."
    return note + (" Some values look like percent already." if mixed else "")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _in_years(column: ColumnProfile) -> bool:
    numbers = {_number(_YEARS.sub("", text)) for text, _ in column.values} - {None}
    return column.complete and bool(numbers) and numbers <= YEARS
