"""The form of a decision on one finding."""

from collections.abc import Sequence
from typing import Any

from django import forms

from config.ui.forms import Form
from diligence.domain.lifecycles import FindingStatus
from diligence.services.decisions import NOTE_CHARS

WORDS = {
    FindingStatus.VERIFIED: "Verify: the value is right as it stands",
    FindingStatus.WAIVED: "Waive: accept the loan as it is",
    FindingStatus.DISPUTED: "Dispute: the rule is wrong here; the finding stays open",
    FindingStatus.OPEN: "Open again",
}


class DecisionForm(Form):
    """What is decided, and why. Only steps that this person can take can be chosen."""

    kind = forms.TypedChoiceField(
        label="Decision",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        coerce=lambda value: FindingStatus(int(value)),
        error_messages={"required": "Choose what is decided.", "invalid_choice": "This decision is not open to you."},
    )
    note = forms.CharField(
        label="Why",
        max_length=NOTE_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The reviewer and the approver will read this.",
        error_messages={"required": "Say why, so that the next reader can follow."},
    )

    def __init__(self, *args: Any, steps: Sequence[tuple[FindingStatus, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [(step.value, WORDS[step]) for step, refusal in steps if not refusal]
        self.fields["kind"].choices = possible  # type: ignore[attr-defined]
        self.closed = [(WORDS[step].partition(":")[0], refusal) for step, refusal in steps if refusal]
        if len(possible) == 1:
            self.fields["kind"].initial = possible[0][0]
