"""Forms of portfolios: a name, and every limit of the red flags."""

from typing import Any

from django import forms

from config.ui.forms import Form
from portfolios.domain.redflags import LIMIT, LIMITS, BrokenLimit, Limit
from portfolios.domain.redflags.limits import checked, checked_together
from portfolios.forms.selection import LooseDecimal
from portfolios.models import Portfolio


class NameForm(Form):
    name = forms.CharField(
        max_length=120, label="Name", error_messages={"required": "A portfolio needs a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class LimitsForm(Form):
    """One field for every limit; an empty field is the default."""

    def __init__(self, data: Any = None, *, portfolio: Portfolio) -> None:
        super().__init__(data)
        self.portfolio = portfolio
        for limit in LIMITS:
            self.fields[limit.name] = field_of(limit, portfolio.thresholds.get(limit.name))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, value in list(data.items()):
            try:
                checked(name, value)
            except BrokenLimit as broken:
                self.add_error(name, str(broken))
        if not self.errors:
            self.clean_together(data)
        return data

    def clean_together(self, data: dict[str, Any]) -> None:
        try:
            checked_together(data)
        except BrokenLimit as broken:
            self.add_error(None, str(broken))

    def rows(self) -> dict[str, tuple[Limit, Any, bool]]:
        """Limit, bound field, and whether the portfolio sets it itself, by name."""
        own = self.portfolio.thresholds
        return {name: (LIMIT[name], self[name], name in own) for name in self.fields}


class LimitField(LooseDecimal):
    """A limit as it is typed; nothing typed is the default."""

    def __init__(self, limit: Limit, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.limit = limit

    def clean(self, value: Any) -> float:
        typed = super().clean(value)
        return self.limit.default if typed is None else float(typed)


def field_of(limit: Limit, own: float | None) -> LimitField:
    """The field of a limit, filled with the portfolio's own value or the default."""
    mode = "numeric" if limit.whole else "decimal"
    shown = f"{limit.default if own is None else own:.10f}".rstrip("0").rstrip(".")
    return LimitField(
        limit,
        label=limit.label,
        initial=shown or "0",
        widget=forms.TextInput(
            attrs={"inputmode": mode, "autocomplete": "off", "aria-describedby": f"does-{limit.name}"}
        ),
        error_messages={"invalid": f"{limit.label}: a number, such as {limit.default:g}."},
    )
