"""Forms that say what is wrong in this project's words: every sentence names the field and the cure.

A form takes its base class from here instead of from Django. Sentences that a form or a field of the project brings
itself stay as they are; what Django would say in its own words is said in ours.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from django import forms
from django.forms.utils import pretty_name

Sentences = dict[str, str]
BROKEN = "The form came back incomplete. Load the page again and send it once more."
NUMBERS = {
    "min_value": "{Name} cannot be below {least}.",
    "max_value": "{Name} cannot be above {most}.",
    "step_size": "{Name} goes in steps of %(limit_value)s.",
}
NOT_OFFERED = "What was chosen for {name} is not offered. Choose from the list."
# From the general to the special, as the classes of fields are.
SENTENCES: dict[type[forms.Field], Sentences] = {
    forms.Field: {"required": "{Name} is empty. Fill it in."},
    forms.CharField: {
        "min_length": "{Name} has %(show_value)s characters; at least %(limit_value)s are needed.",
        "max_length": "{Name} has %(show_value)s characters; at most %(limit_value)s fit.",
        "null_characters_not_allowed": "{Name} holds a sign that cannot be kept. Type it anew.",
    },
    forms.IntegerField: NUMBERS | {"invalid": "{Name} is not a whole number. Use digits only."},
    forms.FloatField: {"invalid": "{Name} is not a number. Use digits and at most one point."},
    forms.DecimalField: {
        "invalid": "{Name} is not a number. Use digits and at most one point.",
        "max_digits": "{Name} has too many digits; at most %(max)s fit.",
        "max_decimal_places": "{Name} has too many decimals; at most %(max)s are kept.",
        "max_whole_digits": "{Name} is too large; at most %(max)s digits stand before the point.",
    },
    forms.DateField: {"invalid": "{Name} is not a date of the calendar. Use MM/DD/YYYY."},
    forms.TimeField: {"invalid": "{Name} is not a time of day. Use 24 hours, such as 14:00."},
    forms.DateTimeField: {"invalid": "{Name} is not a date with a time. Use MM/DD/YYYY and 24 hours."},
    forms.EmailField: {"invalid": "{Name} is not an e-mail address. Write it as name@company.com."},
    forms.URLField: {"invalid": "{Name} is not a web address. Begin it with https://."},
    forms.UUIDField: {"invalid": BROKEN},
    forms.BooleanField: {"required": "Tick {name} to go on."},
    forms.ChoiceField: {"required": "Nothing is chosen for {name}. Choose one.", "invalid_choice": NOT_OFFERED},
    forms.MultipleChoiceField: {
        "required": "Nothing is chosen for {name}. Choose at least one.",
        "invalid_list": NOT_OFFERED,
    },
    forms.ModelMultipleChoiceField: {
        "required": "Nothing is chosen for {name}. Choose at least one.",
        "invalid_list": NOT_OFFERED,
        "invalid_pk_value": NOT_OFFERED,
    },
    forms.FileField: {
        "required": "No file is chosen for {name}. Choose one.",
        "invalid": "The file for {name} did not arrive. Choose it again.",
        "missing": "The file for {name} did not arrive. Choose it again.",
        "empty": "The file for {name} is empty. Choose another one.",
        "max_length": "The file's name has %(length)s characters; at most %(max)s fit. Rename the file.",
        "contradiction": "Choose a file for {name} or clear it, not both.",
    },
}
UNIT = re.compile(r"(,? [(]?[$%][)]?|:)$")
PLAIN_WORDS = 4


class OwnWords:
    """Mixed into a form before Django's class: its fields speak as this project does."""

    fields: dict[str, forms.Field]

    def full_clean(self) -> None:
        """Check what was sent; by now every field stands that the form adds or drops as it is made."""
        for name, field in self.fields.items():
            speak(field, str(field.label or pretty_name(name)))
        super().full_clean()  # type: ignore[misc]  # mixed into forms


class Form(OwnWords, forms.Form):
    """A form of the project."""


class ModelForm(OwnWords, forms.ModelForm):
    """A form of one record."""


def speak(field: forms.Field, label: str) -> None:
    """Put our sentences, with the label of the field in them, where the field would speak Django's."""
    shipped = dict(_shipped(field))
    words = {
        "Name": _subject(label),
        "name": f"“{_bare(label)}”",
        "least": _number(getattr(field, "min_value", None)),
        "most": _number(getattr(field, "max_value", None)),
    }
    for code, sentence in _ours(field).items():
        if field.error_messages.get(code) is shipped.get(code):
            said = BROKEN if field.widget.is_hidden else sentence.format(**words)
            field.error_messages[code] = said


def _ours(field: forms.Field) -> Sentences:
    """The sentences of a field's class and of the classes above it."""
    return {code: text for kind, said in SENTENCES.items() if isinstance(field, kind) for code, text in said.items()}


def _shipped(field: forms.Field) -> Iterator[tuple[str, object]]:
    """What Django's own classes say, by code."""
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            yield from vars(kind).get("default_error_messages", {}).items()


def _bare(label: str) -> str:
    """The label without its unit; a percent sign would be read as a place for a figure."""
    return UNIT.sub("", label).replace("%", "percent")


def _subject(label: str) -> str:
    """The label as a sentence begins with it: in quotation marks where it is long or a phrase of its own."""
    bare = _bare(label)
    plain = len(bare.split()) <= PLAIN_WORDS and not re.search(r"[,.?:]", bare)
    return bare if plain else f"“{bare}”"


def _number(bound: object) -> str:
    return f"{bound:,}" if isinstance(bound, int | float | Decimal) else str(bound)
