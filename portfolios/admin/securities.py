"""Pools, their months, what the agencies published and red flags: staff reads them; those who follow a pool keep it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from config.ui import dates, numbers
from portfolios.admin.bundles import ReadOnly, organization_link
from portfolios.models import (
    FactorFile,
    FlagEvent,
    PoolMonth,
    Portfolio,
    PublishedFactor,
    PublishedPool,
    RedFlag,
    Security,
)

FACTORS_SHOWN = 24
TERMS = (
    "original_face", "coupon", "program", "issued_on", "matures_on", "delay_days", "wac", "remaining", "age",
    "loan_count", "assumed", "forecast",
)  # fmt: skip
NEWEST = (
    "month", "factor", "balance", "loans_left", "cpr", "cpr_three", "expected_cpr", "red_flags", "amber_flags",
)  # fmt: skip
HEAVY = ("facts", "findings")


@admin.register(Portfolio)
class PortfolioAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "owner", "created_by", "created_at")
    list_filter = ("organization",)
    list_select_related = ("organization", "created_by")
    search_fields = ("name", "organization__name")

    @admin.display(description="organization", ordering="organization__name")
    def owner(self, portfolio: Portfolio) -> str:
        return organization_link(portfolio.organization_id, str(portfolio.organization))


@admin.register(Security)
class SecurityAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        "name", "follower", "source", "status", "month", "factor", "balance", "cpr", "red_flags", "amber_flags",
        "months_link",
    )  # fmt: skip
    list_filter = ("source", "status", "program", "organization", ("archived_at", admin.EmptyFieldListFilter))
    list_select_related = ("organization", "portfolio")
    search_fields = ("name", "organization__name", "published__cusip", "published__pool_number", "bundle__number")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("name", "follower", "portfolio", "source", "status", "bundle", "published", "servicer")}),
        ("Terms at issue", {"fields": TERMS}),
        ("Newest month", {"fields": (*NEWEST, "months_link")}),
        ("Price and watchlist", {"fields": ("price", "price_on", "watched_at", "watched_by")}),
        ("Upkeep", {"fields": ("created_by", "created_at", "archived_at", "archived_by")}),
    )

    @admin.display(description="followed by", ordering="organization__name")
    def follower(self, security: Security) -> str:
        return organization_link(security.organization_id, str(security.organization))

    @admin.display(description="months")
    def months_link(self, security: Security) -> str:
        address = reverse("admin:portfolios_poolmonth_changelist")
        return format_html('<a href="{}?security__id__exact={}">Months</a>', address, security.pk)


@admin.register(PoolMonth)
class PoolMonthAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        "security", "month", "version", "latest", "source", "factor", "balance", "loan_count", "recorded_at",
    )  # fmt: skip
    list_filter = ("source", "latest", "month")
    list_select_related = ("security",)
    search_fields = ("=security__name",)
    ordering = ("-month", "security_id", "-version")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PoolMonth]:
        months = super().get_queryset(request)
        one = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return months if one else months.defer(*HEAVY)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "security__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]


@admin.register(FactorFile)
class FactorFileAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "layout", "month", "correction", "rows", "added", "corrected", "same", "imported_at")
    list_filter = ("layout", "correction", "imported_at")
    search_fields = ("name", "sha256")


@admin.register(PublishedPool)
class PublishedPoolAdmin(ReadOnly, admin.ModelAdmin):
    """A pool with its newest factors: these have a key of several columns, for which the admin has no pages."""

    list_display = (
        "pool_number", "prefix", "cusip", "program", "issuer", "coupon", "original_face", "issued_on", "status",
    )  # fmt: skip
    list_filter = ("program", "status")
    search_fields = ("^pool_number", "=cusip")
    show_full_result_count = False
    readonly_fields = ("factors",)

    @admin.display(description="newest factors")
    def factors(self, pool: PublishedPool) -> str:
        newest = PublishedFactor.objects.filter(pool=pool).order_by("-month", "-version")[:FACTORS_SHOWN]
        lines = (
            (dates.month(row.month), row.version, numbers.factor8(row.factor), "" if row.latest else "corrected")
            for row in newest
        )
        return format_html_join("", "<div>{} version {}: {} {}</div>", lines) or numbers.MISSING


class FlagEventInline(ReadOnly, admin.TabularInline):
    model = FlagEvent
    fields = ("at", "by", "state", "note")
    extra = 0


@admin.register(RedFlag)
class RedFlagAdmin(ReadOnly, admin.ModelAdmin):
    state_prefix = "flag_"
    list_display = ("security", "month", "code", "kind", "level", "state", "raised_at", "withdrawn_at")
    list_filter = ("state", "level", "kind", "code", ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = ("security",)
    search_fields = ("=security__name", "sentence")
    show_full_result_count = False
    inlines = (FlagEventInline,)
