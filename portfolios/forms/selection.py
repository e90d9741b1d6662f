"""Forms that pick loans: which filters a checked tape offers, and what was chosen."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.html import format_html

from accounts.models import Organization, OrganizationKind, User
from config.ui.forms import Form
from diligence.models import Run
from portfolios.domain.picking import BETWEEN, CLEAN, ONE_OF
from portfolios.models import Bundle
from portfolios.queries.checks import newer_checks
from portfolios.services import picks

OFFERED = {
    "property_state": "State",
    "occupancy": "Occupancy",
    "loan_purpose": "Purpose",
    "property_type": "Property type",
    "amortization_type": "Amortization",
}
DECIDE_LATER = "Decide later"
RANGES = {
    "credit_score": ("Credit score", ""),
    "ltv": ("LTV", "%"),
    "dti": ("DTI", "%"),
    "note_rate": ("Note rate", "%"),
    "current_upb": ("Balance", "$"),
}


def words(code: str) -> str:
    """A code as people read it: PrimaryResidence becomes Primary residence; short capitals stay."""
    if code.isupper():
        return code
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", code).capitalize()


class LooseDecimal(forms.DecimalField):
    """A number as people paste it, with $, % or separators; no longer than any amount of a loan."""

    MOST_DIGITS = 20  # 1e400 is a decimal number, and infinity as soon as it is a float

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=self.MOST_DIGITS, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs take it for an integer
        return super().to_python(re.sub(r"[$%,\s]", "", value) if isinstance(value, str) else value)


class SelectionForm(Form):
    """Filters over the loans of a finished check. Its values come back from a stored selection by `initial`."""

    clean_only = forms.BooleanField(
        required=False,
        label="Only loans without open fatal findings",
        help_text="A loan with an open fatal finding cannot be bought as it is.",
    )

    def __init__(self, *args: Any, run: Run, selection: dict[str, Any] | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**stored(selection or {CLEAN: True}), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for name, label in OFFERED.items():
            if choices := choices_of(run, name):
                self.fields[name] = forms.MultipleChoiceField(
                    choices=choices,
                    required=False,
                    label=label,
                    widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
                )
        for name, (label, unit) in RANGES.items():
            for end in ("min", "max"):
                self.fields[f"{name}_{end}"] = LooseDecimal(
                    required=False,
                    label=f"{label}, {'at least' if end == 'min' else 'at most'}{f' ({unit})' if unit else ''}",
                    widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, (label, _) in RANGES.items():
            low, high = data.get(f"{name}_min"), data.get(f"{name}_max")
            if low is not None and high is not None and low > high:
                self.add_error(f"{name}_max", f"{label}: the most is below the least, so no loan fits.")
        return data

    def selection(self) -> dict[str, Any]:
        """The chosen filters as plain values; what was left open is left out."""
        data = self.cleaned_data
        chosen: dict[str, Any] = {CLEAN: True} if data.get("clean_only") else {}
        chosen |= {name: data[name] for name in ONE_OF if data.get(name)}
        ends = [f"{name}_{end}" for name in BETWEEN for end in ("min", "max")]
        return chosen | {name: float(data[name]) for name in ends if data.get(name) is not None}

    @property
    def lists(self) -> Iterator[BoundField]:
        return (self[name] for name in OFFERED if name in self.fields)

    @property
    def ranges(self) -> Iterator[tuple[str, str, BoundField, BoundField]]:
        for name, (label, unit) in RANGES.items():
            yield label, unit, self[f"{name}_min"], self[f"{name}_max"]


class NewBundleForm(SelectionForm):
    """A new bundle: its name, who is asked to buy it, and which loans."""

    token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    purchaser = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        required=False,
        empty_label=DECIDE_LATER,
        label="Purchaser",
        help_text="Without one the bundle can become a lot of a sale, or get a purchaser later.",
    )

    def __init__(self, *args: Any, run: Run, user: User, **kwargs: Any) -> None:
        initial = {"name": run.version.tape.name, "token": uuid4(), **kwargs.pop("initial", {})}
        super().__init__(*args, run=run, initial=initial, **kwargs)
        self.fields["purchaser"].queryset = purchasers_for(user, run)  # type: ignore[attr-defined]
        self.initial.setdefault("purchaser", purchasers_for(user, run).first())
        self.order_fields(["name", "purchaser", "clean_only"])


def purchasers_for(user: User, run: Run) -> QuerySet[Organization]:
    """Who can be asked to buy by the criteria of a check: their owner, or anybody where they ship with Plumbline."""
    purchasers = Organization.objects.visible_to(user).filter(kind=OrganizationKind.PURCHASER)
    owner = run.criteria.organization_id if run.criteria else None
    return purchasers.filter(pk=owner) if owner else purchasers


class ChangedSelectionForm(SelectionForm):
    """Another pick for a bundle, from its check or a newer one of the same tape."""

    run = forms.ModelChoiceField(
        queryset=Run.objects.none(),
        empty_label=None,
        label="Check",
        help_text="A cured tape that was checked against the same criteria can take the place of the one before.",
    )

    def __init__(self, *args: Any, bundle: Bundle, **kwargs: Any) -> None:
        super().__init__(*args, selection=bundle.selection, **kwargs)
        self.fields["run"].queryset = newer_checks(bundle)  # type: ignore[attr-defined]
        self.initial["run"] = bundle.run_id


def choices_of(run: Run, name: str) -> list[tuple[str, str]]:
    """Values of a field that occur in the tape, the most frequent first, each with its number of loans."""
    counts = picks.counts_of(run=run, name=name)
    return [(code, format_html('{} <span class="mut num">{}</span>', words(code), f"{n:,}")) for code, n in counts]


def stored(selection: dict[str, Any]) -> dict[str, Any]:
    """Initial values of the form from a stored selection."""
    return {"clean_only" if key == CLEAN else key: value for key, value in selection.items()}
