"""What a code of a tape means."""

import re
from collections.abc import Mapping

from loans.domain.fields import BOOLEAN_CODES, ENUM_ALIASES, Field, FieldType, fold

_NONE: Mapping[str, str] = {}
_DAYS = re.compile(r"(\d{2,4})(\.0+)?")
_LATE_FROM = ((120, "120"), (90, "90"), (60, "60"), (30, "30"))


def meaning(field: Field, text: str, own: Mapping[str, str]) -> str | None:
    """The canonical value of a code, or None.

    `own` are the translations of the column, by raw text; then come the field's names and aliases, then Y/N and 1/0.
    """
    folded = fold(text)
    found = own.get(text) or {fold(raw): value for raw, value in own.items()}.get(folded)
    found = found or ENUM_ALIASES.get(field.name, _NONE).get(folded)
    found = found or (days_late(text) if field.name == "delinquency_status" else None)
    return found or (BOOLEAN_CODES.get(folded) if field.type is FieldType.BOOLEAN else None)


def days_late(text: str) -> str | None:
    """The status of a loan so many days past due; None below 30, which may as well be months."""
    found = _DAYS.fullmatch(text.strip())
    return next((status for days, status in _LATE_FROM if found and int(found[1]) >= days), None)
