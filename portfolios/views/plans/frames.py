"""What pages of plans and grids share: their two tabs, files to save, and the way from bundles into a sale."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

from portfolios.domain.lifecycles import BundleStatus
from portfolios.models import Bundle

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STOP_POLLING = 286
TABS = (("plans", "Plans"), ("grids", "Price grids"))


def tabs(current: str) -> list[dict[str, Any]]:
    return [{"label": word, "url": reverse(f"portfolios:{name}"), "current": name == current} for name, word in TABS]


def downloaded(content: bytes, name: str, kind: str = CSV) -> HttpResponse:
    """A file to save under a name that a header can hold."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def sell_url(bundles: Sequence[Bundle]) -> str:
    """The way to a new sale with those of the bundles as lots that are drafts with figures; empty where none is."""
    drafts = [bundle.number for bundle in bundles if bundle.status == BundleStatus.DRAFT and bundle.measured_at]
    return f"{reverse('portfolios:sale-new')}?{urlencode({'bundle': drafts}, doseq=True)}" if drafts else ""
