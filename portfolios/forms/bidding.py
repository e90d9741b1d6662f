"""Forms of a bidder: signing the agreement, the qualification statement, questions, and envelopes sealed elsewhere.

There is no form of a bid: prices are sealed in the browser and have no field that a form could send.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from config.ui.forms import Form
from portfolios.domain.qualification import AnswerType, Question, questions
from portfolios.services.bidders import MOST_CHARS
from portfolios.services.sealedrecord import MOST_BYTES

NOTE = forms.Textarea(attrs={"rows": 3})
MOST_MONEY = Decimal("1e15")


class SignForm(Form):
    """A signature under the agreement that was shown, which the hash of its text names."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(
        label="Your full name",
        max_length=120,
        help_text="Typed as your signature.",
        error_messages={"required": "Type your full name to sign."},
    )
    agreed = forms.BooleanField(
        label="I may sign for my organization, and it agrees to this text.",
        error_messages={"required": "Confirm that your organization agrees."},
    )


class AskForm(Form):
    text = forms.CharField(
        label="Your question",
        widget=NOTE,
        max_length=MOST_CHARS,
        help_text="Question and answer go to every bidder, without your name. Leave out what tells who you are.",
        error_messages={"required": "Write the question first."},
    )


class EnvelopeForm(Form):
    """A bid that was sealed away from here."""

    envelope = forms.FileField(
        label="Sealed envelope",
        help_text="The file that the offline page or the command line wrote.",
        error_messages={"required": "Choose the sealed envelope first."},
    )

    def clean_envelope(self) -> Any:
        file = self.cleaned_data["envelope"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(f"A sealed envelope has at most {MOST_BYTES // 1024} KB.")
        return file


class MoneyField(forms.DecimalField):
    """Dollars; pasted signs and separators are accepted."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("$", "").replace(",", "").strip()
        return super().to_python(text)


class StatementForm(Form):
    """The questions that this kind of sale asks, with the answers given before."""

    def __init__(self, data: Any = None, *, kind: str, answers: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.questions = questions(kind)
        for question in self.questions:
            self.fields[question.code] = field_of(question, answers.get(question.code))

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Fields under the headings of their sections."""
        found: dict[str, list[forms.BoundField]] = {}
        for question in self.questions:
            found.setdefault(question.section, []).append(self[question.code])
        return list(found.items())

    def answers(self) -> dict[str, Any]:
        """What is stored: text, true for a certification, whole dollars for money."""
        return {code: stored(value) for code, value in self.cleaned_data.items()}


def field_of(question: Question, answer: Any) -> forms.Field:
    """The field of a question; every question is answered, and every certification given."""
    common: dict[str, Any] = {"label": question.text, "help_text": question.help, "initial": answer}
    if question.type is AnswerType.YES:
        return forms.BooleanField(**common, error_messages={"required": "The statement is not taken without this."})
    if question.type is AnswerType.CHOICE:
        choices = [("", "Choose"), *((choice, choice) for choice in question.choices)]
        return forms.ChoiceField(**common, choices=choices)
    if question.type is AnswerType.MONEY:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        return MoneyField(**common, min_value=0, max_value=MOST_MONEY, decimal_places=2, widget=widget)
    if question.type is AnswerType.NUMBER:
        return forms.IntegerField(**common, min_value=0, max_value=10**9)
    long = question.type is AnswerType.TEXT
    return forms.CharField(**common, max_length=MOST_CHARS if long else 200, widget=NOTE if long else None)


def stored(value: Any) -> Any:
    return str(value.quantize(Decimal(1))) if isinstance(value, Decimal) else value
