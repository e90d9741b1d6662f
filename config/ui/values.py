"""Typed values of canonical fields as people read them, and a look into a mapping by a key."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from config.ui import dates, numbers
from config.ui.filters import GREY_DASH
from config.ui.registry import register
from loans.domain.fields import Field


@register.simple_tag
def typed(field: Field, value: Any) -> str:
    """The value in the field's own unit: dollars with cents, rates with three places, dates with their year."""
    if value is None or value == "":
        return GREY_DASH
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return dates.day_year(value)
    if field.unit.startswith("USD"):
        return numbers.money_cents(value)
    if field.is_percent:
        return numbers.rate(value) if "rate" in field.name else numbers.pct(value)
    return str(value)


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`mapping|lookup:key`; None where the key is absent."""
    return mapping.get(key)
