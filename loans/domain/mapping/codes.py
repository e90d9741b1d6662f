"""What a code of a tape means."""

from collections.abc import Mapping

from loans.domain.fields import BOOLEAN_CODES, ENUM_ALIASES, Field, FieldType, fold

_NONE: Mapping[str, str] = {}


def meaning(field: Field, text: str, own: Mapping[str, str]) -> str | None:
    """The canonical value of a code, or None.

    `own` are the translations of the column, by raw text; then come the field's names and aliases, then Y/N and 1/0.
    """
    folded = fold(text)
    found = own.get(text) or {fold(raw): value for raw, value in own.items()}.get(folded)
    found = found or ENUM_ALIASES.get(field.name, _NONE).get(folded)
    return found or (BOOLEAN_CODES.get(folded) if field.type is FieldType.BOOLEAN else None)
