"""Forms of lots that are no mortgages: counts, strata, and what may be done with a list of customers."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from config.ui.forms import Form
from portfolios.domain.otherlots import Consent, NotStrata, Stratum, strata_from_csv
from portfolios.domain.sales import AssetClass
from portfolios.forms.sales.terms import amount_field, day_field
from portfolios.services.otherlots import Stated

TYPED = {"autocomplete": "off"}
NUMERIC = {"inputmode": "numeric", **TYPED}
MOST_BYTES = 64 * 1024
CLASSES = ((AssetClass.OTHER_LOANS, "Other loans"), (AssetClass.CUSTOMER_LIST, "A list of customers"))


class LooseCount(forms.IntegerField):
    """A count as people write it, with separators."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(re.sub(r"[,\s]", "", value) if isinstance(value, str) else value)


class OtherLotForm(Form):
    """A lot that is stated by counts."""

    asset_class = forms.ChoiceField(choices=CLASSES, label="What the lot holds")
    name = forms.CharField(max_length=120, label="Name", widget=forms.TextInput(attrs=TYPED))
    count = LooseCount(min_value=1, label="Loans or records", widget=forms.TextInput(attrs=NUMERIC))
    balance = amount_field("Balance of the loans", required=False, help_text="USD. A list of customers has none.")
    strata = forms.CharField(
        required=False,
        label="Strata",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", **TYPED}),
        help_text="Lines of strata,label,count and for loans balance, with these names in the first line.",
    )
    strata_file = forms.FileField(required=False, label="or as a CSV of counts", help_text="Never of rows.")
    fields_held = forms.CharField(
        required=False,
        label="Fields of the list",
        widget=forms.TextInput(attrs=TYPED),
        help_text="Such as name, e-mail, purchases. Bidders see which fields there are and no value of any.",
    )
    consent_basis = forms.ChoiceField(
        choices=[(basis.value, basis.words) for basis in Consent],
        required=False,
        label="Why the list may be handed on",
    )
    policy_version = forms.CharField(
        max_length=60, required=False, label="Privacy policy", widget=forms.TextInput(attrs=TYPED)
    )
    policy_on = day_field("of", required=False)
    personal_data = forms.BooleanField(
        required=False, initial=True, label="Personal data is sold", help_text="Names, addresses, e-mails, phones."
    )
    ombudsman_required = forms.BooleanField(
        required=False,
        initial=True,
        label="A consumer privacy ombudsman reports before the award",
        help_text="Needed where the policy does not allow the sale.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["rows"] = self._strata(data)
        if data.get("asset_class") == AssetClass.CUSTOMER_LIST:
            self._check_list(data)
        return data

    def _strata(self, data: dict[str, Any]) -> list[Stratum]:
        upload = data.get("strata_file")
        if upload is not None and upload.size > MOST_BYTES:
            self.add_error("strata_file", f"A table of counts has at most {MOST_BYTES // 1024} KB.")
            return []
        try:
            text = upload.read().decode("utf-8") if upload is not None else data.get("strata", "")
            return strata_from_csv(text) if text.strip() else []
        except UnicodeDecodeError:
            self.add_error("strata_file", "The file is not text in UTF-8.")
        except NotStrata as error:
            self.add_error("strata_file" if upload is not None else "strata", str(error))
        return []

    def _check_list(self, data: dict[str, Any]) -> None:
        if not data.get("fields_held"):
            self.add_error("fields_held", "Say which fields the list holds.")
        if not data.get("policy_version") or not data.get("policy_on"):
            self.add_error("policy_version", "Say which privacy policy the customers were told of, and of which day.")
        without = data.get("consent_basis") == Consent.NONE and data.get("personal_data")
        if without and not data.get("ombudsman_required"):
            raise ValidationError("Personal data without consent is sold only after the report of an ombudsman.")

    def stated(self) -> Stated:
        """What the service keeps."""
        data = self.cleaned_data
        is_list = data["asset_class"] == AssetClass.CUSTOMER_LIST
        return Stated(
            asset_class=AssetClass(data["asset_class"]),
            name=data["name"],
            count=data["count"],
            balance=data["balance"] or Decimal("0.00"),
            strata=data["rows"],
            details=self._details(data) if is_list else {},
        )

    def _details(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "fields": [name.strip() for name in data["fields_held"].split(",") if name.strip()],
            "consent_basis": data["consent_basis"],
            "policy_version": data["policy_version"],
            "policy_on": data["policy_on"].isoformat(),
            "personal_data": data["personal_data"],
            "ombudsman_required": data["ombudsman_required"],
        }


class ListFactsForm(Form):
    """What came since the list was offered."""

    ombudsman_appointed_on = day_field("Ombudsman appointed on", required=False)
    ombudsman_reported_on = day_field("Reported on", required=False)
    ombudsman_report = forms.CharField(
        max_length=200, required=False, label="Report", widget=forms.TextInput(attrs=TYPED), help_text="Docket number."
    )
    opt_outs_removed = forms.BooleanField(
        required=False, label="People who opted out are off the list", help_text="Before the list is delivered."
    )
    buyer_adopts = forms.BooleanField(
        required=False,
        label="The buyer is in the same line of business and takes over the privacy policy",
        help_text="The test of a qualified buyer, before the list is delivered.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("ombudsman_reported_on") and not data.get("ombudsman_report"):
            self.add_error("ombudsman_report", "Say where the report stands.")
        return data

    def facts(self) -> dict[str, Any]:
        """Values that were given; dates that were left empty change nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
