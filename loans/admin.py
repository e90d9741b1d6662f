"""Tapes, saved mappings, criteria and reference tables for operator staff. Loans themselves are never listed here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from accounts.policies import NotAllowed
from config.ui import numbers
from config.ui.forms import ModelForm
from config.ui.records import InOurWords
from loans.domain.criteria import BrokenCriteria, load_text
from loans.models import CriteriaVersion, ReferenceRow, ReferenceTable, SavedMapping, Tape, TapeChunk, TapeVersion
from loans.services import criteria as service


class ReadOnlyAdmin(InOurWords, admin.ModelAdmin):
    """Records that only Plumbline itself writes."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(InOurWords, admin.TabularInline):
    extra = 0
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def link(target: Model | None) -> str:
    """A link to the record in the admin."""
    if target is None:
        return "–"
    meta = target._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[target.pk])
    return format_html('<a href="{}">{}</a>', address, target)


class VersionInline(ReadOnlyInline):
    model = TapeVersion
    fields = ("number", "status", "filename", "row_count", "total_upb", "uploaded_by", "uploaded_at")
    ordering = ("-number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TapeVersion]:
        return super().get_queryset(request).select_related("tape", "uploaded_by").defer("profile", "facts", "columns")


@admin.register(Tape)
class TapeAdmin(ReadOnlyAdmin):
    list_display = ("name", "organization_link", "created_by", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("organization", "created_by")
    search_fields = ("name", "organization__name")
    date_hierarchy = "created_at"
    inlines = (VersionInline,)

    @admin.display(description="lender", ordering="organization__name")
    def organization_link(self, tape: Tape) -> str:
        return link(tape.organization)


class ChunkInline(ReadOnlyInline):
    model = TapeChunk
    fields = ("number", "first_row", "row_count", "stored_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TapeChunk]:
        return super().get_queryset(request).select_related("version__tape")


@admin.register(TapeVersion)
class TapeVersionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "lender", "status", "layout", "filename", "loans", "upb", "uploaded_by", "uploaded_at")
    list_filter = ("status", "layout", "uploaded_at")
    list_select_related = ("tape__organization", "uploaded_by")
    search_fields = ("tape__name", "tape__organization__name", "filename", "sha256")
    date_hierarchy = "uploaded_at"
    inlines = (ChunkInline,)
    fields = (
        "tape_link", "number", "status", "problem", "filename", "size", "sha256", "uploaded_by", "uploaded_at",
        "layout", "row_count", "total_upb", "mapped_by", "mapped_at", "matched", "checks",
        "rows_prepared", "lease_until", "attempts",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[TapeVersion]:
        return super().get_queryset(request).defer("profile", "facts")

    def get_readonly_fields(self, request: HttpRequest, obj: TapeVersion | None = None) -> list[Any]:
        return list(self.fields)

    @admin.display(description="lender", ordering="tape__organization__name")
    def lender(self, version: TapeVersion) -> str:
        return str(version.tape.organization)

    @admin.display(description="loans", ordering="row_count")
    def loans(self, version: TapeVersion) -> str:
        return numbers.count(version.row_count)

    @admin.display(description="UPB", ordering="total_upb")
    def upb(self, version: TapeVersion) -> str:
        return numbers.money(version.total_upb)

    @admin.display(description="tape")
    def tape_link(self, version: TapeVersion) -> str:
        return link(version.tape)

    @admin.display(description="columns")
    def matched(self, version: TapeVersion) -> str:
        """Column and field, one a line."""
        columns = (version.mapping or {}).get("columns", [])
        pairs = ((column["column"], column["field"] or "kept as extra") for column in columns)
        return format_html_join("", "{} → {}<br>", pairs) or "–"

    @admin.display(description="checks")
    def checks(self, version: TapeVersion) -> str:
        runs = version.runs.all()
        return format_html_join("", "{}<br>", ((link(run),) for run in runs)) or "none"


@admin.register(TapeChunk)
class TapeChunkAdmin(ReadOnlyAdmin):
    list_display = ("version_link", "number", "first_row", "row_count", "stored_at")
    list_filter = ("stored_at",)
    list_select_related = ("version__tape",)
    search_fields = ("version__tape__name", "version__sha256")
    ordering = ("-version_id", "number")

    @admin.display(description="version", ordering="version_id")
    def version_link(self, chunk: TapeChunk) -> str:
        return link(chunk.version)


@admin.register(SavedMapping)
class SavedMappingAdmin(ReadOnlyAdmin):
    list_display = ("name", "organization", "columns", "saved_by", "saved_at")
    list_filter = ("saved_at",)
    list_select_related = ("organization", "saved_by")
    search_fields = ("name", "organization__name", "header_signature")

    @admin.display(description="columns")
    def columns(self, saved: SavedMapping) -> str:
        return numbers.count(len(saved.mapping.get("columns", [])))


class CriteriaForm(ModelForm):
    """A draft is its text: code, name and dates stand in it and are taken from there."""

    class Meta:
        model = CriteriaVersion
        fields = ("organization", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 40, "cols": 120, "class": "vLargeTextField mono"})}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            criteria = load_text(text, name="criteria")
        except BrokenCriteria as broken:
            raise ValidationError(list(broken.errors)) from broken
        if CriteriaVersion.objects.filter(code=criteria.code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"Other criteria have the code {criteria.code}. Choose another code.")
        self.instance.code, self.instance.name = criteria.code, criteria.name
        self.instance.effective_from, self.instance.effective_to = criteria.effective_from, criteria.effective_to
        return text


@admin.register(CriteriaVersion)
class CriteriaVersionAdmin(admin.ModelAdmin):
    form = CriteriaForm
    list_display = ("code", "name", "organization", "effective_from", "effective_to", "is_published", "published_by")
    list_filter = (("published_at", admin.EmptyFieldListFilter), "effective_from", "organization")
    list_select_related = ("organization", "published_by")
    search_fields = ("code", "name", "text")
    actions = ("publish",)

    def get_fields(self, request: HttpRequest, obj: CriteriaVersion | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("organization", "text")
        shown = ("code", "name", "effective_from", "effective_to", "content_hash", "published_at", "published_by")
        return (*shown, "organization", "text")

    def get_readonly_fields(self, request: HttpRequest, obj: CriteriaVersion | None = None) -> tuple[str, ...]:
        return tuple(name for name in self.get_fields(request, obj) if name not in CriteriaForm.Meta.fields)

    def has_change_permission(self, request: HttpRequest, obj: CriteriaVersion | None = None) -> bool:
        """Published versions stay as they are, since checks and bundles name them."""
        return super().has_change_permission(request, obj) and (obj is None or obj.published_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: CriteriaVersion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and obj.published_at is None

    @admin.display(description="published", boolean=True, ordering="published_at")
    def is_published(self, version: CriteriaVersion) -> bool:
        return version.published_at is not None

    @admin.action(description="Publish the selected drafts", permissions=["change"])
    def publish(self, request: HttpRequest, chosen: QuerySet[CriteriaVersion]) -> None:
        for version in chosen:
            try:
                service.publish_draft(version=version, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            except (NotAllowed, service.Changed, BrokenCriteria) as refusal:
                self.message_user(request, f"{version.code}: {refusal}", level="error")
            else:
                self.message_user(request, f"{version.code} is published and no longer changes.")


@admin.register(ReferenceTable)
class ReferenceTableAdmin(ReadOnlyAdmin):
    list_display = ("title", "name", "status", "effective_from", "effective_to", "rows_link", "loaded_at")
    list_filter = ("status",)
    search_fields = ("name", "title", "source")

    @admin.display(description="rows", ordering="row_count")
    def rows_link(self, table: ReferenceTable) -> str:
        address = reverse("admin:loans_referencerow_changelist") + f"?table__id__exact={table.pk}"
        return format_html('<a href="{}">{}</a>', address, numbers.count(table.row_count))


@admin.register(ReferenceRow)
class ReferenceRowAdmin(ReadOnlyAdmin):
    list_display = ("number", "table", "shown_values")
    list_filter = ("table",)
    list_select_related = ("table",)
    search_fields = ("values",)

    @admin.display(description="values")
    def shown_values(self, row: ReferenceRow) -> str:
        pairs = ((name, value) for name, value in row.values.items() if value not in (None, ""))
        return format_html_join(", ", "{} <strong>{}</strong>", pairs)
