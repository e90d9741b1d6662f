"""Forms of pools: issuing, following, typing in, editing, and months by hand."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from config.ui.forms import Form
from portfolios.domain.factortext import parse_factors
from portfolios.domain.prepayment import SpeedKind
from portfolios.domain.programs import conventions
from portfolios.forms.fields import NUMBER, MonthField, PriceField, months_field, name_field, rate_field, speed_numbers
from portfolios.forms.selection import LooseDecimal
from portfolios.models import Portfolio, Security

OFFERED_KINDS = ((SpeedKind.PSA, "PSA"), (SpeedKind.CPR, "CPR"), (SpeedKind.SMM, "SMM"))
LARGEST_FILE = 100_000


class ForecastForm(Form):
    """The speed expected at issue: PSA, CPR or SMM, one number or a vector."""

    forecast_kind = forms.ChoiceField(choices=OFFERED_KINDS, label="Forecast at issue", initial=SpeedKind.PSA)
    forecast_values = forms.CharField(
        label="Speed",
        initial="150",
        max_length=5_000,
        widget=forms.TextInput(attrs=NUMBER),
        help_text="One number, or a vector: a number a month, the last one for all later months.",
    )

    def clean_forecast_values(self) -> list[float]:
        return speed_numbers(self.cleaned_data["forecast_values"])

    def forecast(self) -> dict[str, Any]:
        """The speed as it is stored with a pool."""
        return {"kind": self.cleaned_data["forecast_kind"], "values": self.cleaned_data["forecast_values"]}


class PortfolioForm(ForecastForm):
    """In which portfolio a pool stands, of those its organization has."""

    portfolio = forms.ModelChoiceField(
        queryset=Portfolio.objects.none(), required=False, label="Portfolio", empty_label="Pools we follow"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["portfolio"].queryset = Portfolio.objects.visible_to(user)  # type: ignore[attr-defined]


class ProgramForm(PortfolioForm):
    """The program whose conventions hold, and the delay where it is another one."""

    program = forms.ChoiceField(choices=(), label="Program")
    delay_days = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=365,
        label="Stated delay, days",
        widget=forms.TextInput(attrs=NUMBER),
        help_text="Blank takes the program's own.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = [  # type: ignore[attr-defined]
            (program.value, f"{rule.title}, {rule.stated_delay_days} days") for program, rule in conventions().items()
        ]
        self.fields["program"].initial = self.initial.get("program", "private")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("delay_days") is None and data.get("program"):
            data["delay_days"] = next(
                rule.stated_delay_days for program, rule in conventions().items() if program.value == data["program"]
            )
        return data


class IssueForm(ProgramForm):
    """A pool from an approved bundle."""

    name = name_field()
    coupon = rate_field("Pass-through coupon, percent")
    issued_on = MonthField(label="Issue month", help_text="The factor is 1.00000000 on its first day.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"].initial = timezone.localdate().replace(day=1)
        self.order_fields(["name", "program", "delay_days", "coupon", "issued_on"])


class TermsForm(ProgramForm):
    """Terms of a pool that is typed in; WAC, remaining term and age may stay open and are assumed then."""

    name = name_field()
    original_face = LooseDecimal(
        label="Original face, $", min_value=1, decimal_places=2, widget=forms.TextInput(attrs=NUMBER)
    )
    coupon = rate_field("Pass-through rate, percent")
    issued_on = MonthField(label="Issue month")
    matures_on = MonthField(label="Maturity")
    wac = rate_field("WAC at issue, percent", required=False, help_text="Blank is assumed from the pass-through rate.")
    remaining = months_field("WAM at issue, months", least=1, required=False, help_text="Blank is months to maturity.")
    age = months_field("WALA at issue, months", required=False)
    loan_count = forms.IntegerField(
        label="Loans at issue", min_value=1, max_value=10_000_000, required=False, widget=forms.TextInput(attrs=NUMBER)
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        issued, matures = data.get("issued_on"), data.get("matures_on")
        if issued and matures and matures <= issued:
            self.add_error("matures_on", "The maturity is after the issue month.")
        coupon, wac = data.get("coupon"), data.get("wac")
        if coupon is not None and wac is not None and wac < coupon:
            self.add_error("wac", "The loans' rate is at least the pass-through rate.")
        return data


class FactorsForm(Form):
    """Months and factors, pasted or as a file."""

    factors = forms.CharField(
        required=False,
        max_length=LARGEST_FILE,
        label="Months and factors",
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "placeholder": "2026-02, 0.99512345"}),
        help_text="A month and its factor a line.",
    )
    file = forms.FileField(required=False, label="Or a CSV file of them", allow_empty_file=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        text = data.get("factors") or self._text_of_file(data.get("file"))
        found = parse_factors(text)
        for problem in found.problems:
            self.add_error("factors", problem)
        data["found"] = found.factors
        return data

    def _text_of_file(self, upload: Any) -> str:
        if upload is None:
            return ""
        if upload.size > LARGEST_FILE:
            self.add_error("file", "The file is larger than 100 kB, far more than the months of a pool.")
            return ""
        try:
            return str(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", "This file is not text. Save the table as CSV first.")
            return ""


class HandForm(FactorsForm, TermsForm):
    """A pool by hand: its terms, and the months that are known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "program", "delay_days", "original_face", "coupon", "issued_on", "matures_on"])


class MonthsForm(FactorsForm):
    """Months to add or to correct; at least one."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not data["found"]:
            self.add_error("factors", "Type at least one month and its factor, or choose a file.")
        return data


class FollowForm(PortfolioForm):
    """An agency's pool to follow; terms that its files do not tell are asked for."""

    TYPED = ("original_face", "coupon", "issued_on", "matures_on", "wac", "remaining", "age")

    name = name_field()
    original_face = LooseDecimal(
        label="Original face, $", min_value=1, decimal_places=2, widget=forms.TextInput(attrs=NUMBER)
    )
    coupon = rate_field("Pass-through rate, percent")
    issued_on = MonthField(label="Issue month")
    matures_on = MonthField(label="Maturity")
    wac = rate_field("WAC at issue, percent", required=False)
    remaining = months_field("WAM at issue, months", least=1, required=False)
    age = months_field("WALA at issue, months", required=False)

    def __init__(self, *args: Any, told: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in told:
            self.fields.pop(name, None)
        self.order_fields(["name", "portfolio", *self.TYPED])

    def known(self) -> dict[str, Any]:
        """Terms that were typed."""
        return {name: self.cleaned_data[name] for name in self.TYPED if self.cleaned_data.get(name) is not None}


class EditForm(TermsForm):
    """What can be changed of a pool; terms that follow from its loans, or that an agency publishes, are not offered."""

    price = PriceField(required=False, label="Last price", help_text="Percent of par: 101.5 or, in 32nds, 101-16.")
    price_on = forms.DateField(
        required=False, label="Price of", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, security: Security, fixed: Iterable[str], **kwargs: Any) -> None:
        values = security.forecast.get("values") or []
        kwargs["initial"] = {
            **{name: shortest(getattr(security, name)) for name in (*NAMED, *TERMS)},
            "forecast_kind": security.forecast.get("kind", SpeedKind.PSA),
            "forecast_values": " ".join(f"{value:g}" for value in values),
        }
        super().__init__(*args, **kwargs)
        for name in fixed:
            self.fields.pop(name, None)
        self.fields["portfolio"].empty_label = None  # type: ignore[attr-defined]
        self.fields["portfolio"].required = True
        self.order_fields(["name", "portfolio", "forecast_kind", "forecast_values", "price", "price_on"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("price") is not None and data.get("price_on") is None and "price_on" not in self.errors:
            data["price_on"] = timezone.localdate()
        return data

    def changes(self) -> dict[str, Any]:
        """The terms as they shall be."""
        data = self.cleaned_data
        named = {name: data[name] for name in ("name", "program", "delay_days", "portfolio", *TERMS) if name in data}
        kept = {name: value for name, value in named.items() if value is not None}
        return {**kept, "forecast": self.forecast(), "price": data["price"], "price_on": data["price_on"]}


def shortest(value: Any) -> Any:
    """A decimal without the zeros at its end; anything else as it is."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


NAMED = ("name", "program", "portfolio", "price", "price_on")
TERMS = ("original_face", "coupon", "issued_on", "matures_on", "wac", "remaining", "age", "loan_count", "delay_days")
