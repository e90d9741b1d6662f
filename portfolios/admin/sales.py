"""Sales for operator staff, to read and follow: fingerprints of sealed bids, and nothing of who asked or bid."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from config.ui import numbers
from portfolios.admin.bundles import ReadOnly, organization_link
from portfolios.models import (
    Addendum,
    Bidder,
    DocumentAccess,
    Lot,
    Opener,
    Question,
    Sale,
    SaleDocument,
    SaleEvent,
    SealedBid,
)
from portfolios.queries.sales.drafts import print_of

DATES = (
    "time_zone", "cut_off_on", "announced_at", "bids_due_at", "opened_at", "award_due_on", "awarded_at", "settles_on",
)  # fmt: skip
PROOFS = ("terms_hash", "tape_sha256", "round", "closed_head", "closed_count")


class LotInline(ReadOnly, admin.TabularInline):
    model = Lot
    fields = ("code", "name", "asset_class", "status", "bundle", "loan_count", "upb", "tape_sha256")
    extra = 0


class AddendumInline(ReadOnly, admin.TabularInline):
    model = Addendum
    fields = ("number", "text", "tape_sha256", "replaces_sha256", "published_by", "published_at")
    extra = 0


class EventInline(ReadOnly, admin.TabularInline):
    model = SaleEvent
    fields = ("at", "by", "kind", "note", "public")
    extra = 0


@admin.register(Sale)
class SaleAdmin(ReadOnly, admin.ModelAdmin):
    state_prefix = "sale_"
    list_display = ("number", "name", "seller_link", "kind", "status", "bids_due_at", "announced_at")
    list_filter = ("status", "kind", "seller")
    list_select_related = ("seller",)
    search_fields = ("number", "name", "seller__name", "terms_hash", "tape_sha256")
    date_hierarchy = "created_at"
    inlines = (LotInline, AddendumInline, EventInline)
    fieldsets = (
        (None, {"fields": ("number", "name", "seller_link", "kind", "status", "created_by", "created_at")}),
        ("Dates", {"fields": DATES}),
        ("Terms", {"fields": ("terms",)}),
        ("Proofs", {"fields": PROOFS}),
    )

    @admin.display(description="seller", ordering="seller__name")
    def seller_link(self, sale: Sale) -> str:
        return organization_link(sale.seller_id, str(sale.seller))


@admin.register(Lot)
class LotAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("sale", "code", "name", "asset_class", "status", "loan_count", "upb")
    list_filter = ("status", "asset_class")
    list_select_related = ("sale",)
    search_fields = ("sale__number", "sale__name", "name", "bundle__number", "tape_sha256")
    fields = ("sale", "code", "name", "asset_class", "status", "bundle", "loan_count", "upb", "tape_sha256")


@admin.register(Bidder)
class BidderAdmin(ReadOnly, admin.ModelAdmin):
    state_prefix = "bidder_"
    list_display = ("organization", "sale", "status", "signed_at", "qualified_until", "deposit")
    list_filter = ("status",)
    list_select_related = ("organization", "sale")
    search_fields = ("organization__name", "sale__number", "sale__name")
    fields = (
        "sale", "organization", "status", "invited_by", "invited_at", "agreement_sha256", "signed_by", "signed_at",
        "qualified_by", "qualified_until", "deposit", "note",
    )  # fmt: skip


@admin.register(Question)
class QuestionAdmin(ReadOnly, admin.ModelAdmin):
    """Questions and answers; who asked is told to nobody."""

    list_display = ("sale", "text", "asked_at", "published_at")
    list_filter = (("published_at", admin.EmptyFieldListFilter),)
    list_select_related = ("sale",)
    search_fields = ("sale__number", "text", "answer")
    fields = ("sale", "text", "asked_at", "answer", "answered_by", "published_at")


class AccessInline(ReadOnly, admin.TabularInline):
    model = DocumentAccess
    fields = ("by", "at")
    extra = 0


@admin.register(SaleDocument)
class SaleDocumentAdmin(ReadOnly, admin.ModelAdmin):
    """What is in a data room, by name and fingerprint; the files are for those who may read them."""

    list_display = ("title", "sale", "tier", "filename", "size", "uploaded_at", "withdrawn_at")
    list_filter = ("tier", ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = ("sale",)
    search_fields = ("title", "filename", "sha256", "sale__number")
    fields = (
        "sale", "title", "tier", "filename", "size", "sha256", "uploaded_by", "uploaded_at", "withdrawn_at",
    )  # fmt: skip
    inlines = (AccessInline,)


@admin.register(DocumentAccess)
class DocumentAccessAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("document", "by", "at")
    list_select_related = ("document", "by")
    search_fields = ("document__title", "document__sale__number", "by__email")
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(SaleEvent)
class SaleEventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("sale", "at", "kind", "by", "public")
    list_filter = ("kind", "public")
    list_select_related = ("sale", "by")
    search_fields = ("sale__number", "sale__name", "note")
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(SealedBid)
class SealedBidAdmin(ReadOnly, admin.ModelAdmin):
    """The record as anybody may know it before the opening: no name, no content, only when and which fingerprint."""

    list_display = ("sale", "position", "round", "kind", "at", "receipt_print", "hash_print")
    list_filter = ("kind", "round")
    list_select_related = ("sale",)
    search_fields = ("sale__number", "=receipt", "=hash")
    fields = ("sale", "position", "round", "kind", "at", "receipt", "hash")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SealedBid]:
        return super().get_queryset(request).defer("envelope")

    @admin.display(description="receipt")
    def receipt_print(self, entry: SealedBid) -> str:
        return numbers.fingerprint(entry.receipt)

    @admin.display(description="hash")
    def hash_print(self, entry: SealedBid) -> str:
        return numbers.fingerprint(entry.hash)


@admin.register(Opener)
class OpenerAdmin(ReadOnly, admin.ModelAdmin):
    """Who opens, and the fingerprint of the key that bids are sealed to."""

    list_display = ("sale", "name", "user", "fingerprint", "ready_at", "rehearsed_at")
    list_select_related = ("sale", "user")
    search_fields = ("sale__number", "name", "user__email")
    fields = ("sale", "name", "user", "fingerprint", "ready_at", "rehearsed_at", "parts_given")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Opener]:
        openers = super().get_queryset(request).defer("wrapped")
        return openers.annotate(given=Count("parts__bid", distinct=True))

    @admin.display(description="fingerprint of the key")
    def fingerprint(self, opener: Opener) -> str:
        return print_of(opener.public_key) or numbers.MISSING

    @admin.display(description="envelopes helped to open")
    def parts_given(self, opener: Any) -> int:
        return int(opener.given)
