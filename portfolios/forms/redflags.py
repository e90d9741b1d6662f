"""What a person says of a red flag."""

from django import forms

from config.ui.forms import Form

ACTIONS = (("seen", "Mark as seen"), ("explain", "Explain"), ("reopen", "Take the explanation back"))


class JudgeForm(Form):
    """One step with a flag; an explanation needs a note."""

    action = forms.ChoiceField(choices=ACTIONS, error_messages={"invalid_choice": "Choose what to do with the flag."})
    note = forms.CharField(
        required=False,
        max_length=2000,
        label="Why it is no reason to act",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the flag. It holds while the numbers stay; when they change the flag is new again.",
    )

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if data.get("action") == "explain" and not str(data.get("note", "")).strip():
            self.add_error("note", "Say why, so that the next reader can follow.")
        return data
