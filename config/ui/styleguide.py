"""The style guide: every component with sample data, for those who build pages and for the browser tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import allow
from accounts.roles import Role
from config.ui.meanings import STATES

SURFACES = (
    ("Canvas", "canvas"), ("Sheet", "surface"), ("Well", "sunken"), ("Hover", "hover"),
    ("Line", "line"), ("Line, strong", "line-strong"), ("Field line", "field-line"),
    ("Ink", "ink"), ("Ink 2", "ink-2"), ("Ink 3", "ink-3"), ("Accent", "accent"), ("Accent soft", "accent-soft"),
    ("Fatal", "fatal-fill"), ("Warning", "warning-fill"), ("Info", "info-fill"), ("Pass", "pass-fill"),
    ("Brass, logo only", "brass"), ("Chart, quiet", "seq-4"),
)  # fmt: skip
SERIES = ("c1", "c2", "c3", "c4", "c5", "c6")
NUMBERS = (1005914782.82, 489174.88, -280200000, 6.625, 81.8749, 0.71370027, 0, None)
LIMITS = (
    ("High-balance loans", 10.84, 10),
    ("DTI above 45%", 23.3, 24),
    ("California", 27.56, 30),
    ("Government", 0, 0),
)
STATE_SHARES = [("CA", 27.6, True), ("WA", 7.2), ("TX", 6.7), ("FL", 6.4), ("CO", 5.9), ("VA", 4.6), ("OR", 4.0)]
SCORES = [
    ("<640", 0.5, True), ("640", 1.1, True), ("660", 3.1, True), ("680", 6.3), ("700", 11.8), ("720", 14.1),
    ("740", 15.9), ("760", 19.0), ("780+", 28.3),
]  # fmt: skip
RULES = (
    ("VAL-03", 1, "Tape value differs from the appraisal by more than 3%", 9, 3354644, 0.0033, 0.59),
    ("INC-05", 2, "Income on tape differs from documents by more than 5%", 47, 17397835, 0.0173, 0.43),
    ("NAM-01", 4, "Borrower name is spelled differently in documents", 141, 56662246, 0.0563, 0.0),
)
HEAT = (("Below 680", (1, 1, 1, 1, 1)), ("680–719", (2, 2, 3, 1, 1)), ("760 and above", (3, 4, 4, 2, 2)))


class SampleForm(forms.Form):
    """A form with a valid field, a wrong one, a choice and a switch."""

    name = forms.CharField(label="Bundle name", help_text="The purchaser sees this name.")
    cutoff = forms.DateField(label="Cut-off date", error_messages={"invalid": "October has 31 days. Use MM/DD/YYYY."})
    product = forms.ChoiceField(label="Product", choices=[("f30", "Fixed 30"), ("f15", "Fixed 15")])
    amount = forms.DecimalField(label="Reserve", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    tell = forms.BooleanField(label="Tell me when the check is done", required=False)


@allow(Role.STAFF)
@require_http_methods(["GET"])
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page; `?toast=pass` and its like show a message too."""
    if request.GET.get("toast") == "error":
        messages.error(request, "Not saved: the loan changed at 10:41 AM. Load it again to go on.")
    elif request.GET.get("toast"):
        messages.success(request, "INC-05 waived on 7000412338.")
    return render(request, "styleguide.html", sample(datetime.now(UTC)))


def sample(now: datetime) -> dict[str, Any]:
    """The data the page shows, with times counted back from `now`."""
    form = SampleForm({"name": "Aldergate Fixed 30, October", "cutoff": "10/32/2026", "product": "f30"})
    form.is_valid()
    return {
        "surfaces": SURFACES, "series": SERIES, "numbers": NUMBERS, "limits": LIMITS, "states": STATES,
        "state_shares": STATE_SHARES, "scores": SCORES, "rules": RULES, "heat": HEAT, "form": form, "now": now,
        "entries": _entries(now), "segments": _segments(), "tab_items": _tabs(),
        "course": (33.4, 31.0, 32.2, 29.5, 27.1, 26.0, 22.4), "digest": "9c1e" + "5f0a" * 14 + "44d0",
    }  # fmt: skip


def _entries(now: datetime) -> list[dict[str, Any]]:
    return [
        {"what": "Second sign-off", "note": "waits for an approver", "waiting": True},
        {"who": "Priya Raman", "what": "asked about income", "at": now - timedelta(minutes=9), "tone": "accent"},
        {"what": "24 signed notes matched to their loans", "at": now - timedelta(days=1), "tone": "pass"},
        {"what": "First check: 98 fatal findings on 91 loans", "at": now - timedelta(days=40), "tone": "fatal"},
    ]


def _segments() -> list[dict[str, Any]]:
    return [
        {"label": "All", "url": "?", "current": True, "count": 641},
        {"severity": 1, "url": "?severity=fatal", "count": 41},
        {"severity": 3, "url": "?severity=warning", "count": 212},
        {"severity": 4, "url": "?severity=info", "count": 388},
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": "Results", "url": "?tab=results", "current": True},
        {"label": "Loans", "url": "?tab=loans", "count": 2486},
        {"label": "Approval", "url": "?tab=approval"},
    ]
