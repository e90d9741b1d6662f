"""What a form of the project says when it refuses."""

import io
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from config.ui.blocks import error_list
from config.ui.forms import BROKEN, Form
from loans.forms.uploads import UploadForm
from portfolios.forms.settlements import ClaimForm


class Order(Form):
    name = forms.CharField(max_length=5)
    rate = forms.DecimalField(label="Rate (%)", max_value=1000, min_value=0, decimal_places=2)
    age = forms.IntegerField(label="WALA at issue, months")
    day = forms.DateField(label="Cut-off")
    email = forms.EmailField(label="E-mail")
    kind = forms.ChoiceField(choices=[("a", "A")], label="Kind of sale")
    lots = forms.MultipleChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField(label="My organization agrees")
    file = forms.FileField()
    token = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(error_messages={"required": "Say why."})


GOOD = {
    "name": "Five", "rate": "6.5", "age": "3", "day": "2026-10-31", "email": "a@b.example", "kind": "a", "lots": "a",
    "agreed": "on", "token": "12345678123456781234567812345678", "why": "So",
}  # fmt: skip


def said(field: str, value: Any, form: type[forms.Form] = Order) -> str:
    data = QueryDict(mutable=True)
    data.update(GOOD | {field: value} if value is not None else {k: v for k, v in GOOD.items() if k != field})
    sent = form(data, MultiValueDict({"file": [SimpleUploadedFile("a.csv", b"1")]}))
    assert set(sent.errors) == {field}
    return " ".join(sent.errors[field])


def test_what_is_right_is_taken() -> None:
    assert Order(GOOD | {"lots": ["a"]}, {"file": SimpleUploadedFile("a.csv", b"1")}).is_valid()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Name is empty. Fill it in."),
        ("name", "Larger", "Name has 6 characters; at most 5 fit."),
        ("name", "a\x00b", "Name holds a sign that cannot be kept. Type it anew."),
        ("rate", "x", "Rate is not a number. Use digits and at most one point."),
        ("rate", "1001", "Rate cannot be above 1,000."),
        ("rate", "-1", "Rate cannot be below 0."),
        ("rate", "1.234", "Rate has too many decimals; at most 2 are kept."),
        ("age", "1.5", "“WALA at issue, months” is not a whole number. Use digits only."),
        ("day", "10/32/2026", "Cut-off is not a date of the calendar. Use MM/DD/YYYY."),
        ("email", "ann", "E-mail is not an e-mail address. Write it as name@company.com."),
        ("kind", "", "Nothing is chosen for “Kind of sale”. Choose one."),
        ("kind", "b", "What was chosen for “Kind of sale” is not offered. Choose from the list."),
        ("lots", None, "Nothing is chosen for “Lots”. Choose at least one."),
        ("agreed", None, "Tick “My organization agrees” to go on."),
        ("token", "", BROKEN),
        ("token", "no", BROKEN),
        ("why", "", "Say why."),
    ],
)
def test_a_refusal_names_the_field_and_the_cure(field: str, value: Any, sentence: str) -> None:
    assert said(field, value) == sentence


def test_files_that_are_missing_or_empty() -> None:
    missing = Order(GOOD, {})
    assert missing.errors["file"] == ["No file is chosen for “File”. Choose one."]
    empty = Order(GOOD, {"file": SimpleUploadedFile("a.csv", io.BytesIO().read())})
    assert empty.errors["file"] == ["The file for “File” is empty. Choose another one."]


def test_sentences_of_one_form_do_not_reach_the_next() -> None:
    Order(GOOD | {"name": ""}).full_clean()
    assert "Name" not in str(Order.base_fields["name"].error_messages["required"])


def test_forms_of_the_rooms_speak_so() -> None:
    claim = ClaimForm({"rate": "1e9"})
    assert claim.errors["balance"] == ["Balance now is empty. Fill it in."]
    assert claim.errors["rate"] == ["“Rate, percent” cannot be above 30."]
    assert UploadForm.base_fields["file"].error_messages["required"] == "Choose the file of the tape."


def test_the_list_at_the_top_names_each_field_once() -> None:
    listed = error_list(Order({"rate": "1", "age": "1"}))
    assert ">Name is empty. Fill it in.</a>" in listed
    assert ">Why</a>: Say why." in listed
