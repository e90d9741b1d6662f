"""Forms that begin a sale: its kind, its lots, its openers."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify

from accounts.models import User
from config.ui import numbers
from config.ui.forms import Form
from portfolios.domain.saleterms import kinds
from portfolios.models import Bundle, Opener

ZONES = (
    ("America/New_York", "Eastern (ET)"),
    ("America/Chicago", "Central (CT)"),
    ("America/Denver", "Mountain (MT)"),
    ("America/Phoenix", "Arizona (MT, no daylight saving)"),
    ("America/Los_Angeles", "Pacific (PT)"),
    ("America/Anchorage", "Alaska (AKT)"),
    ("Pacific/Honolulu", "Hawaii (HST)"),
    ("America/Puerto_Rico", "Atlantic, Puerto Rico (AST)"),
    ("UTC", "UTC"),
)
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
TYPED = {"autocomplete": "off"}
MOST_OPENERS = 9
LONGEST_NAME = 34  # of an opener in an envelope, with a number behind it where two people share a name


def zone_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=ZONES, label="Time zone", help_text="Dates and times of the sale are said in it, to everybody."
    )


def plain(text: str) -> None:
    """Signs that turn the direction of text make a name read as another one, here and in letters."""
    if TURNING & set(text):
        raise ValidationError("The name holds an invisible sign that turns the direction of text. Type it anew.")


def name_field() -> forms.CharField:
    return forms.CharField(
        max_length=120,
        label="Name",
        validators=[plain],
        help_text="What bidders read, such as Project Kestrel.",
        widget=forms.TextInput(attrs=TYPED),
        error_messages={"required": "Give the sale a name."},
    )


class NewSaleForm(Form):
    """A name, the kind with its usual terms, and the zone that dates are said in."""

    name = name_field()
    kind = forms.ChoiceField(widget=forms.RadioSelect, label="Kind of sale")
    time_zone = zone_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.title) for kind in kinds().values()]  # type: ignore[attr-defined]
        self.fields["kind"].initial = next(iter(kinds()))


class BundlesField(forms.ModelMultipleChoiceField):
    """Bundles by name, number, loans and UPB."""

    def label_from_instance(self, bundle: Any) -> str:
        loans, upb = numbers.count(bundle.kept_count), numbers.money_short(bundle.kept_upb)
        return f"{bundle.name} ({bundle.number}), {loans} loans, {upb}"


class LotsForm(Form):
    """Bundles to offer, each as a lot."""

    bundles = BundlesField(
        queryset=Bundle.objects.none(),
        label="Bundles",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one bundle."},
    )

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bundles"].queryset = offered  # type: ignore[attr-defined]


class OpenersForm(Form):
    """Who opens the bids: the addresses by which people sign in, one a line."""

    people = forms.CharField(
        label="E-mail addresses of the openers, one a line",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", **TYPED}),
        max_length=4000,
        error_messages={"required": "Name the openers."},
        help_text=f"At most {MOST_OPENERS} people who sign in here, of at least two organizations, none of which bids.",
    )

    def __init__(self, *args: Any, openers: Sequence[Opener] = (), **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"people": "\n".join(opener.user.email for opener in openers)})
        super().__init__(*args, **kwargs)
        self.kept = {opener.user_id: opener.name for opener in openers}

    def clean_people(self) -> dict[str, User]:
        """People by the names that envelopes give them; those who stay keep theirs."""
        addresses = list(dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["people"].strip().lower())))
        if len(addresses) > MOST_OPENERS:
            raise ValidationError(f"At most {MOST_OPENERS} people open the bids.")
        found = {user.email: user for user in User.objects.active().filter(email__in=addresses)}
        if strange := [address for address in addresses if address not in found]:
            raise ValidationError([_unknown(address) for address in strange])
        return self.named([found[address] for address in addresses])

    def named(self, people: Sequence[User]) -> dict[str, User]:
        taken: dict[str, User] = {self.kept[user.pk]: user for user in people if user.pk in self.kept}
        for user in people:
            if user.pk not in self.kept:
                taken[_free(slugify(user.name)[:LONGEST_NAME] or "opener", taken)] = user
        return taken


def _unknown(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        return f"{address} is not an e-mail address."
    return f"Nobody signs in with {address}."


def _free(name: str, taken: dict[str, User]) -> str:
    if name not in taken:
        return name
    return next(f"{name}-{number}" for number in range(2, MOST_OPENERS + 2) if f"{name}-{number}" not in taken)
