"""Bundles for operator staff: to read, search and follow; decisions are made by those who sign."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from config.ui.records import InOurWords
from portfolios.models import Bundle, BundleEvent
from portfolios.models.bundles import NO_PURCHASER
from portfolios.queries.bundles import HEAVY, RELATED


class ReadOnly(InOurWords):
    """Nothing of a bundle is changed from outside its lifecycle."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventInline(ReadOnly, admin.TabularInline):
    model = BundleEvent
    fields = ("at", "by", "kind", "note", "facts")
    extra = 0


AMOUNTS = ("loan_count", "upb", "kicked_out", "kicked_out_upb", "open_fatal", "open_fatal_upb", "measured_at")
SIGNATURES = (
    "created_by", "created_at", "submitted_by", "submitted_at", "due_on", "assigned_to", "reviewed_by", "reviewed_at",
    "review_note", "decided_by", "decided_at", "decision_note", "frozen_hash",
)  # fmt: skip


@admin.register(Bundle)
class BundleAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        "number",
        "name",
        "status",
        "lender_link",
        "purchaser_link",
        "loan_count",
        "upb",
        "open_fatal",
        "due_on",
    )
    list_filter = ("status", "lender", "purchaser", "criteria")
    search_fields = ("number", "name", "lender__name", "purchaser__name", "frozen_hash")
    date_hierarchy = "created_at"
    inlines = (EventInline,)
    fieldsets = (
        (
            None,
            {"fields": ("number", "name", "status", "lender_link", "purchaser_link", "criteria", "run", "selection")},
        ),
        ("Amounts", {"fields": AMOUNTS}),
        ("Signatures", {"fields": SIGNATURES}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bundle]:
        heavy = [name for name in HEAVY if name != "selection"]
        return Bundle.objects.select_related(*RELATED, "run__version__tape", "created_by").defer(*heavy)

    @admin.display(description="lender", ordering="lender__name")
    def lender_link(self, bundle: Bundle) -> str:
        return organization_link(bundle.lender_id, str(bundle.lender))

    @admin.display(description="purchaser", ordering="purchaser__name")
    def purchaser_link(self, bundle: Bundle) -> str:
        return organization_link(bundle.purchaser_id, str(bundle.purchaser)) if bundle.purchaser_id else NO_PURCHASER


def organization_link(key: int, name: str) -> str:
    return format_html('<a href="{}">{}</a>', reverse("admin:accounts_organization_change", args=[key]), name)


@admin.register(BundleEvent)
class BundleEventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "bundle_link", "kind", "by", "note")
    list_filter = ("kind", "at")
    list_select_related = ("bundle", "by")
    search_fields = ("bundle__number", "bundle__name", "by__name", "note")

    @admin.display(description="bundle", ordering="bundle__number")
    def bundle_link(self, event: BundleEvent) -> str:
        address = reverse("admin:portfolios_bundle_change", args=[event.bundle_id])
        return format_html('<a href="{}">{}</a>', address, event.bundle.number)
