"""Forms of an announced sale: answers, documents, changes of what is sold, and its end."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from config.ui.forms import Form
from portfolios.models import Lot, Sale, SaleDocument

TEXT = {"rows": 3}
MOST_CHARS = 4_000
MOST_BYTES = 4 * 1024 * 1024
MOST_LOANS = 50_000
LOAN_COLUMNS = ("loan_id", "loan id", "loan number", "loan", "loan no", "loan_number")


def said(label: str, required: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MOST_CHARS,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        error_messages={"required": required},
    )


class AnswerForm(Form):
    text = said("Answer", "Write the answer first.", "Published to every bidder. It cannot be changed afterwards.")


class DocumentForm(Form):
    """A file for the data room."""

    title = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give the document a title."},
    )  # fmt: skip
    tier = forms.TypedChoiceField(coerce=int, label="Open to")
    upload = forms.FileField(label="File", error_messages={"required": "Choose a file.", "empty": "The file is empty."})

    TIERS = {
        1: "Every invited bidder, from the announcement on",
        2: "Bidders who signed the confidentiality agreement",
        3: "Qualified bidders only",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = [(tier, self.TIERS[tier]) for tier, _ in SaleDocument.TIERS]  # type: ignore[attr-defined]
        self.fields["tier"].initial = 2


class WithdrawLotForm(Form):
    text = said(
        "What bidders are told", "Say why the lot is withdrawn; the addendum goes to every bidder.",
        "Goes to every bidder as an addendum.",
    )  # fmt: skip


class CancelForm(Form):
    """Why the sale ends; an announced one is named by its number once more."""

    note = said("Reason", "Say why; it stays in the history.", "Kept in the history, which bidders read.")
    number = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Type the number of the sale."},
    )  # fmt: skip

    def __init__(self, *args: Any, sale: Sale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sale = sale
        self.fields["number"].label = f"Type {sale.number} to cancel it"

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip().upper()
        if number != self.sale.number:
            raise ValidationError(f"This is not {self.sale.number}.")
        return number


class AddendumForm(Form):
    """What changed in words, and for each lot the loans that leave it, pasted or as a file."""

    text = said(
        "What bidders are told",
        "Say what changed; the addendum goes to every bidder.",
        "Fields that changed, and why loans leave. Nothing of borrowers.",
        rows=5,
    )

    def __init__(self, *args: Any, lots: Sequence[Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lots = [lot for lot in lots if lot.bundle_id]
        for lot in self.lots:
            self.fields[f"loans_{lot.code}"] = forms.CharField(
                required=False,
                label=f"Loans that leave lot {lot.code}",
                widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
                help_text="Loan numbers, one a line or with commas between them.",
            )
            self.fields[f"file_{lot.code}"] = forms.FileField(
                required=False,
                label=f"or a CSV file for lot {lot.code}",
                widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
            )

    @property
    def pairs(self) -> list[tuple[Lot, Any, Any]]:
        """The two fields of each lot."""
        return [(lot, self[f"loans_{lot.code}"], self[f"file_{lot.code}"]) for lot in self.lots]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for lot in self.lots:
            try:
                data[lot.code] = loans_in(data.get(f"loans_{lot.code}") or "", data.get(f"file_{lot.code}"))
            except ValidationError as error:
                self.add_error(f"file_{lot.code}", error)
        return data

    def dropped(self) -> dict[str, list[str]]:
        """Loan numbers by the code of their lot."""
        return {lot.code: self.cleaned_data[lot.code] for lot in self.lots if self.cleaned_data.get(lot.code)}


def loans_in(text: str, upload: Any) -> list[str]:
    """Loan numbers of a text and a file, each once."""
    found = [word for word in re.split(r"[\s,;]+", text) if word]
    if upload:
        if upload.size > MOST_BYTES:
            raise ValidationError(f"The file has at most {MOST_BYTES // 1024**2} MB.")
        found += loans_of_file(upload.read())
    if len(found) > MOST_LOANS:
        raise ValidationError(f"An addendum drops at most {MOST_LOANS:,} loans of a lot.")
    return list(dict.fromkeys(found))


def loans_of_file(content: bytes) -> list[str]:
    """The column of loan numbers of a CSV, or the only column there is."""
    try:
        rows = [
            row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if any(cell.strip() for cell in row)
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValidationError("The file cannot be read. Save it as CSV with UTF-8 and upload it again.") from error
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    place = next((header.index(name) for name in LOAN_COLUMNS if name in header), None)
    if place is None and len(header) > 1:
        raise ValidationError("The file has several columns, and none is headed loan_id.")
    body = rows if place is None else rows[1:]
    return [cell for row in body if (cell := row[place or 0].strip() if len(row) > (place or 0) else "")]
