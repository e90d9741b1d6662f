"""Records in the admin, read only, in the words and figures of every other page.

`InOurWords` takes the plain names of fields in `list_display`, `fields` and `fieldsets`, and shows what stands there
with the marks of states and severities, with separators, and with the dates of this interface.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from config.ui import dates, numbers
from config.ui.meanings import STATES, WORDS, sev, state

CODE = re.compile(r"^[a-z][a-z0-9_]*$")
SHORT = re.compile(r"\b(upb|cpr|smm|psa|wac|wam|wala|sha256|lei|id)\b")
NOT_COUNTED = frozenset({"id", "number", "version", "position", "round", "row_no", "level"})
EIGHT_PLACES = 8
Column = Callable[[Any], Any]
if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


def in_words(code: str) -> str:
    """A stored code as people read it: second_sign_off becomes Second sign off; names stay as they are."""
    return code.replace("_", " ").capitalize() if CODE.match(code) else code


class CodesInWords(admin.ChoicesFieldListFilter):
    """The choices of a filter in words."""

    def choices(self, changelist: Any) -> Iterable[dict[str, Any]]:  # type: ignore[override]  # the stubs want a narrower one
        for choice in super().choices(changelist):
            yield {**choice, "display": in_words(str(choice["display"]))}


admin.FieldListFilter.register(lambda field: bool(field.flatchoices), CodesInWords, take_priority=True)


class InOurWords(Base):
    """Mixed into an admin before Django's class. `state_prefix` is what the steps of its records are called by."""

    state_prefix = ""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [self._column(name) for name in super().get_list_display(request)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        return [(title, {**of, "fields": [self._column(name) for name in of["fields"]]}) for title, of in sets]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """With the columns that stand for fields, or the form of an inline would look for fields of such names."""
        own = list(super().get_readonly_fields(request, obj))
        columns = (self._column(name) for name in self.fields or ())
        return [*own, *(column for column in columns if callable(column))]

    def _column(self, name: Any) -> Any:
        try:
            field = self.model._meta.get_field(name) if isinstance(name, str) and not hasattr(self, name) else None
        except FieldDoesNotExist:
            return name
        return column(field, self.state_prefix) or name if isinstance(field, models.Field) else name


@cache
def column(field: models.Field, prefix: str = "") -> Column | None:
    """What shows a field, or nothing where Django's own way will do."""
    show = _shower(field, prefix)
    if show is None:
        return None

    def shown(record: Any) -> Any:
        value = getattr(record, field.name)
        return numbers.MISSING if value in (None, "") else show(value)

    shown.__name__ = field.name
    shown.admin_order_field = field.name  # type: ignore[attr-defined]  # how the admin asks for it
    shown.short_description = SHORT.sub(lambda word: word[0].upper(), str(field.verbose_name))  # type: ignore[attr-defined]
    return shown


def _shower(field: models.Field, prefix: str) -> Column | None:
    if field.flatchoices:
        return lambda value: _chosen(value, dict(field.flatchoices).get(value, value), prefix)
    if isinstance(field, models.DecimalField):
        plain = numbers.factor8 if field.decimal_places >= EIGHT_PLACES else numbers.money_cents
        return lambda value: _figure(plain(value) if _is_amount(field) else f"{value:,}")
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.DateField):
        return dates.day_year
    if isinstance(field, models.IntegerField) and field.name not in NOT_COUNTED and not field.primary_key:
        return lambda value: _figure(numbers.count(value))
    if isinstance(field, models.FloatField):
        return lambda value: _figure(numbers.number(value, 3))
    return None


def _is_amount(field: models.DecimalField) -> bool:
    return field.decimal_places == 2 or field.decimal_places >= EIGHT_PLACES


def _chosen(value: Any, label: Any, prefix: str) -> str:
    if f"{prefix}{value}" in STATES and isinstance(value, str):
        return state(f"{prefix}{value}")
    if str(label) in (*WORDS, "warning_to_fatal", "informational"):
        return sev(str(label))
    return in_words(str(label))


def _moment(value: datetime) -> str:
    local = timezone.localtime(value)
    return f"{dates.day_year(local.date())}, {dates.clock(local)}"


def _figure(text: str) -> str:
    return format_html('<span class="n">{}</span>', text)
