"""What openers and sellers send around the opening of a sale."""

from collections.abc import Mapping
from typing import Any

from django import forms

from config.ui.forms import Form
from portfolios.domain.sealing import Part, decoded, problem_of
from portfolios.domain.sealing.envelope import KEY


class KeyForm(Form):
    """The public key that was made in the browser, and the private one under its passphrase if it is left here."""

    public = forms.CharField(max_length=64)
    wrapped = forms.JSONField(required=False)

    def clean_wrapped(self) -> dict[str, Any] | None:
        """Only what is locked, and belongs to this public key, is kept."""
        found = self.cleaned_data["wrapped"]
        if not found:
            return None
        if problem := problem_of(found):
            raise forms.ValidationError(problem)
        if found["public"] != self.cleaned_data.get("public"):
            raise forms.ValidationError("The locked key does not belong to this public key. Make the key again.")
        return {name: found[name] for name in ("v", "kdf", "m", "t", "p", "salt", "iv", "ct", "public")}


class PartsForm(Form):
    """An opener's parts of all envelopes, by the position of the entry."""

    parts = forms.JSONField()

    def clean_parts(self) -> dict[int, list[Part]]:
        """Parts as the opening takes them."""
        try:
            return {
                int(position): [part_of(part) for part in parts]
                for position, parts in self.cleaned_data["parts"].items()
            }
        except (AttributeError, KeyError, TypeError, ValueError):
            raise forms.ValidationError("These are no parts of keys. Load the page again and give them anew.") from None


def part_of(found: Mapping[str, Any]) -> Part:
    """A part as it was sent; ValueError where it is longer than a part can be, or no base64url."""
    text = str(found["part"])
    if len(decoded(text)) not in (0, KEY):
        raise ValueError("A part of a key has the length of a key, or is empty where it could not be unsealed.")
    return Part(tuple(map(str, found["group"])), str(found["name"]), text)


class EnvelopeForm(Form):
    """A sealed envelope as base64url."""

    envelope = forms.CharField()


class ReasonForm(Form):
    """Why; it goes into the minutes, and to everybody where the step is told to all."""

    note = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text="It stands in the minutes."
    )


class FinalRoundForm(Form):
    """How long bidders have for their best and final bids."""

    hours = forms.IntegerField(label="Hours to bid", min_value=1, max_value=14 * 24, initial=24)
