"""What pages of plans and grids share: their two tabs, and files to save."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABS = (("plans", "Plans"), ("grids", "Price grids"))


def tabs(current: str) -> list[dict[str, Any]]:
    return [{"label": word, "url": reverse(f"portfolios:{name}"), "current": name == current} for name, word in TABS]


def downloaded(content: bytes, name: str, kind: str = CSV) -> HttpResponse:
    """A file to save under a name that a header can hold."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
