"""Price grids and pooling plans for operator staff: what was loaded, what waits, what a plan came to. Read-only."""

from django.contrib import admin

from portfolios.admin.bundles import ReadOnly
from portfolios.models import PoolingPlan, PriceGrid


@admin.register(PriceGrid)
class PriceGridAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "kind", "organization", "as_of", "expires_at", "source", "loaded_by", "retired_at")
    list_filter = ("kind", "as_of", "organization")
    list_select_related = ("organization", "loaded_by")
    search_fields = ("name", "source", "filename", "sha256")
    exclude = ("rows",)
    show_full_result_count = False


@admin.register(PoolingPlan)
class PoolingPlanAdmin(ReadOnly, admin.ModelAdmin):
    state_prefix = "plan_"
    list_display = ("name", "organization", "state", "loan_count", "upb", "earned", "bound", "attempts", "created_at")
    list_filter = ("state", "created_at", "organization")
    list_select_related = ("organization",)
    search_fields = ("name", "inputs_hash", "problem")
    exclude = ("summary", "columns", "placements")
    show_full_result_count = False
