"""Columns whose unit their own numbers cannot tell: they are read as the rates beside them are."""

from dataclasses import replace

from loans.domain.mapping.matches import ColumnMatch
from loans.domain.mapping.profiles import ColumnProfile, Profile

_RATES = frozenset({"note_rate", "current_rate", "apr", "apor", "pass_through_rate", "arm_margin"})
FRACTION_UP_TO = {"rate_spread": 0.1, "buydown_initial_discount": 0.1, "arm_rounding": 0.02}
"""The largest size that a fraction of the field may have: a spread of 0.0024 is 0.24%, or among percent nothing."""


def in_company(matches: tuple[ColumnMatch, ...], profile: Profile) -> tuple[ColumnMatch, ...]:
    """The matches, with small spreads and steps read as fractions where every rate of the tape is one."""
    scales = {
        match.transform.scale for match in matches if match.field in _RATES and match.transform.scale_below is None
    }
    if scales != {100.0}:
        return matches
    return tuple(_as_fraction(match) if _may_be_fraction(match, profile[match.column]) else match for match in matches)


def _may_be_fraction(match: ColumnMatch, column: ColumnProfile) -> bool:
    most = FRACTION_UP_TO.get(match.field or "")
    if most is None or match.transform.scale != 1 or column.median is None or 2 * column.percent_signs > column.numbers:
        return False
    return abs(column.lower_part or 0.0) <= most and abs(column.upper_part or 0.0) <= most


def _as_fraction(match: ColumnMatch) -> ColumnMatch:
    note = "Values are fractions, as the rates of the tape are. They will be multiplied by 100."
    return replace(match, transform=replace(match.transform, scale=100.0), reason=f"{match.reason} {note}")
