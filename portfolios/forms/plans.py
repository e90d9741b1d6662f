"""The form of a pooling plan: which loans, which prices, what may be kept, and how long to look for the best answer."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BoundField
from django.utils import timezone

from accounts.models import User
from config.ui import dates, numbers
from diligence.models import Run
from portfolios.domain.grids import KINDS
from portfolios.domain.terms import month_after
from portfolios.forms.selection import LooseDecimal, SelectionForm
from portfolios.models.plans import PriceGrid
from portfolios.queries.planpages.grids import SYNTHETIC, grids_of, kind_title, said_when, state_of

MONTHS = 6
SECONDS = ((30, "30 seconds"), (120, "2 minutes"), (300, "5 minutes"), (600, "10 minutes"))
BEST, AT_MOST, RELEASED = "best", "at_most", "released"
SERVICING = (
    (BEST, "Kept or released, whichever earns more"),
    (AT_MOST, "Kept for at most this balance"),
    (RELEASED, "Released for every loan"),
)
MONEY = {"inputmode": "decimal", "autocomplete": "off"}


class GridsField(forms.ModelMultipleChoiceField):
    """Price grids as check boxes, each with its kind, its day and whether it still holds."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})

    def label_from_instance(self, grid: PriceGrid) -> str:
        said = [grid.name, kind_title(grid.kind), f"as of {said_when(grid.as_of)}"]
        if state_of(grid, timezone.now()) == "grid_expired":
            said.append(f"expired {said_when(grid.expires_at)}")
        return ", ".join(said)


class PlanForm(SelectionForm):
    """A new plan over the loans of a finished check."""

    token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=120, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    settlement = forms.ChoiceField(
        required=False, label="Pools issued in", help_text="The month for which coupons and shares of pools are priced."
    )
    grids = GridsField(
        queryset=PriceGrid.objects.none(),
        label="Prices",
        error_messages={"required": "Choose at least one grid of prices."},
    )
    expired_too = forms.BooleanField(
        required=False,
        label="Use the expired prices that are ticked",
        help_text="The plan says then that its prices no longer hold.",
    )
    servicing = forms.ChoiceField(choices=SERVICING, initial=BEST, widget=forms.RadioSelect, label="Servicing")
    servicing_upb = LooseDecimal(
        required=False,
        min_value=0,
        label="Most balance whose servicing is kept, $",
        widget=forms.TextInput(attrs=MONEY),
    )
    pool_cost = LooseDecimal(
        required=False,
        min_value=0,
        label="Cost of one pool, $",
        help_text="What making a pool costs; a pool that earns less is not made.",
        widget=forms.TextInput(attrs=MONEY),
    )
    seconds = forms.TypedChoiceField(
        choices=SECONDS,
        coerce=int,
        initial=120,
        label="Look for the best answer for at most",
        help_text="A first answer comes at once; it stands if nothing better is found in this time.",
    )

    def __init__(self, *args: Any, run: Run, user: User, **kwargs: Any) -> None:
        at = timezone.localtime()
        initial = {"name": f"{run.version.tape.name}, {dates.month(at.date())}"[:120], "token": uuid4()}
        super().__init__(*args, run=run, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.offered = list(grids_of(user).filter(retired_at=None))
        self.at = at
        grids = self.fields["grids"]
        grids.queryset = PriceGrid.objects.filter(pk__in=[grid.pk for grid in self.offered])  # type: ignore[attr-defined]
        self.initial["grids"] = [grid.pk for grid in newest(self.offered, at)]
        self.fields["settlement"].choices = months_from(at.date())  # type: ignore[attr-defined]
        self.fields["clean_only"].label = "Only loans without open fatal findings"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("servicing") == AT_MOST and data.get("servicing_upb") is None:
            self.add_error("servicing_upb", "Type the balance up to which servicing is kept, as 25,000,000.")
        return data

    def settings(self) -> dict[str, Any]:
        """What the plan keeps besides loans and prices, under the names of `services.plans`."""
        data = self.cleaned_data
        kept = {BEST: None, AT_MOST: data.get("servicing_upb"), RELEASED: "0.00"}[data["servicing"]]
        return {
            "settlement": data["settlement"],
            "seconds": data["seconds"],
            "servicing_upb": None if kept is None else str(kept),
            "pool_cost": str(data.get("pool_cost") or "0.00"),
            "expired_too": data["expired_too"],
            "fatal_too": not data["clean_only"],
        }

    @property
    def kinds(self) -> Iterator[tuple[str, list[tuple[BoundField, PriceGrid, str, bool]]]]:
        """The offered grids by kind: check box, grid, state, and whether its prices are synthetic."""
        boxes = {str(box.data["value"]): box for box in self["grids"]}
        by_kind: dict[str, list[Any]] = {}
        for grid in self.offered:
            line = (boxes[str(grid.pk)], grid, state_of(grid, self.at), SYNTHETIC in grid.source.lower())
            by_kind.setdefault(kind_title(grid.kind), []).append(line)
        yield from ((title, by_kind[title]) for title in (kind.title for kind in KINDS.values()) if title in by_kind)

    @property
    def some_expired(self) -> bool:
        return any(state_of(grid, self.at) == "grid_expired" for grid in self.offered)


def newest(grids: list[PriceGrid], at: datetime) -> list[PriceGrid]:
    """Of each kind and source the current grid with the latest prices; the list has the newest first."""
    found: dict[tuple[str, str], PriceGrid] = {}
    for grid in grids:
        if state_of(grid, at) == "grid_current":
            found.setdefault((grid.kind, grid.source), grid)
    return list(found.values())


def months_from(today: date) -> list[tuple[str, str]]:
    """The earliest month that is priced, or one of the next six."""
    first = today.replace(day=1)
    months = [month_after(first, number) for number in range(MONTHS)]
    return [("", "The earliest month priced"), *((f"{month:%Y-%m}", dates.month(month)) for month in months)]


def said_settings(settings: dict[str, Any]) -> list[str]:
    """The settings of a plan in words, those that were left as they are left out."""
    said = []
    if settings.get("settlement"):
        said.append(f"pools issued in {dates.month(date.fromisoformat(settings['settlement'] + '-01'))}")
    kept = numbers.decimal(settings.get("servicing_upb"))
    if kept is not None:
        said.append(f"servicing kept for at most {numbers.money(kept)}" if kept else "all servicing released")
    if cost := numbers.decimal(settings.get("pool_cost")):
        said.append(f"{numbers.money(cost)} a pool")
    if settings.get("expired_too"):
        said.append("expired prices used")
    if settings.get("fatal_too"):
        said.append("loans with open fatal findings placed as well")
    return said
