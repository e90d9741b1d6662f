"""Checks, rules, decisions and downloads as staff see them: to look at, never to change.

Findings have a composite key, which the admin does not support; a check's rules say how many of each there are.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.ui.records import InOurWords
from diligence.models import Decision, Export, RulebookVersion, Run, RunRule


class ReadOnly(InOurWords, admin.ModelAdmin):
    """What the services wrote stays as they wrote it, for superusers too."""

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def link(name: str, label: object, *args: object, query: str = "") -> SafeString:
    return format_html('<a href="{}{}">{}</a>', reverse(name, args=args), query, label)


@admin.register(Run)
class RunAdmin(ReadOnly):
    list_display = ("pk", "version", "status", "loan_count", "fatal", "warning", "informational", "started_at", "see")
    list_filter = ("status", "criteria", ("version__tape__organization", admin.RelatedOnlyFieldListFilter))
    search_fields = ("=id", "version__tape__name", "version__filename", "version__sha256")
    date_hierarchy = "started_at"
    list_select_related = ("version__tape",)
    exclude = ("summary", "file_facts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        return super().get_queryset(request).defer("summary", "version__columns", "version__profile")

    @admin.display(description="Details")
    def see(self, run: Run) -> SafeString:
        return link("admin:diligence_runrule_changelist", "rules", query=f"?run__id__exact={run.pk}")


@admin.register(RunRule)
class RunRuleAdmin(ReadOnly):
    list_display = (
        "code",
        "title",
        "severity",
        "findings",
        "open",
        "fired",
        "clear",
        "not_evaluated",
        "upb",
        "check_of",
    )
    list_filter = ("severity", "component", "waivable")
    search_fields = ("=code", "title")
    list_select_related = ("run__version__tape",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The rules of one check, as its row links to them."""
        return lookup == "run__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    @admin.display(description="Check")
    def check_of(self, rule: RunRule) -> SafeString:
        return link("admin:diligence_run_change", rule.run, rule.run_id)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = ("rule", "loan_id", "kind", "note", "lender", "decided_by", "decided_at", "superseded_at")
    list_filter = ("kind", ("lender", admin.RelatedOnlyFieldListFilter))
    search_fields = ("=loan_id", "=rule", "decided_by__email")
    date_hierarchy = "decided_at"
    list_select_related = ("lender", "decided_by")


@admin.register(Export)
class ExportAdmin(ReadOnly):
    list_display = (
        "pk",
        "kind",
        "run",
        "organization",
        "requested_by",
        "requested_at",
        "rows_done",
        "done_at",
        "problem",
    )
    list_filter = ("kind", ("organization", admin.RelatedOnlyFieldListFilter))
    search_fields = ("=id", "filename", "requested_by__email")
    list_select_related = ("run__version__tape", "organization", "requested_by")


@admin.register(RulebookVersion)
class RulebookVersionAdmin(ReadOnly):
    list_display = ("content_hash", "frozen_at", "runs_with_it")
    search_fields = ("content_hash",)
    exclude = ("texts",)

    @admin.display(description="Checks")
    def runs_with_it(self, frozen: RulebookVersion) -> SafeString:
        return link("admin:diligence_run_changelist", "checks", query=f"?rulebook__id__exact={frozen.pk}")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("texts", "criteria")
