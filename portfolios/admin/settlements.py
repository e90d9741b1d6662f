"""Settlements for operator staff, to read and follow; both sides act for themselves."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portfolios.admin.bundles import ReadOnly
from portfolios.models import RepurchaseClaim, Settlement, SettlementEvent, TrailingDocument, TrueUp

SIDES = (
    "seller_agreed_by", "seller_agreed_at", "buyer_agreed_by", "buyer_agreed_at", "seller_signed_by",
    "seller_signed_at", "buyer_signed_by", "buyer_signed_at", "agreement_sha256",
)  # fmt: skip
MONEY = (
    "price", "deposit", "funds", "totals", "wire_reference", "funded_by", "funded_at", "confirmed_by", "confirmed_at",
    "received_by", "received_at",
)  # fmt: skip


class EventInline(ReadOnly, admin.TabularInline):
    model = SettlementEvent
    fields = ("at", "by", "kind", "note", "facts")
    extra = 0


@admin.register(Settlement)
class SettlementAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("sale", "buyer", "status", "price", "funds", "settles_on", "transfers_on")
    list_filter = ("status", "settles_on", "buyer")
    list_select_related = ("award__sale", "buyer")
    search_fields = ("award__sale__number", "award__sale__name", "buyer__name", "wire_reference", "agreement_sha256")
    inlines = (EventInline,)
    fieldsets = (
        (None, {"fields": ("sale", "buyer", "status", "begun_at", "terms", "allocations")}),
        ("Dates", {"fields": ("cut_off_on", "settles_on", "transfers_on", "notices")}),
        ("Signatures", {"fields": SIDES}),
        ("Money", {"fields": MONEY}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Settlement]:
        return Settlement.objects.select_related("award__sale", "buyer").defer("agreement")

    @admin.display(description="sale", ordering="award__sale__number")
    def sale(self, settlement: Settlement) -> str:
        return str(settlement.award.sale)


@admin.register(RepurchaseClaim)
class ClaimAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("loan_id", "settlement", "amount", "state", "made_by", "made_at", "answered_by", "answered_at")
    list_filter = ("state", "made_at")
    list_select_related = ("settlement__award__sale", "made_by", "answered_by")
    search_fields = ("loan_id", "settlement__award__sale__number")


@admin.register(TrailingDocument)
class TrailingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("loan_id", "title", "settlement", "due_on", "delivered_on", "accepted_by")
    list_filter = ("doc_type", "due_on")
    list_select_related = ("settlement__award__sale", "accepted_by")
    search_fields = ("loan_id", "settlement__award__sale__number")
    show_full_result_count = False


@admin.register(TrueUp)
class TrueUpAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("settlement", "number", "state", "amount", "changed", "stated_by", "stated_at", "wire_reference")
    list_filter = ("state", "stated_at")
    list_select_related = ("settlement__award__sale", "stated_by")
    search_fields = ("settlement__award__sale__number", "wire_reference")
