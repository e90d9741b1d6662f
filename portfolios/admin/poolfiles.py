"""Files of pools on their way to months: staff sees what waits and what came to nothing."""

from django.contrib import admin

from portfolios.admin.bundles import ReadOnly
from portfolios.models import PoolFile


@admin.register(PoolFile)
class PoolFileAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("version", "security", "month", "sent_by", "sent_at", "done_at", "attempts", "problem")
    list_filter = ("sent_at", "month")
    list_select_related = ("version__tape", "security", "sent_by")
    search_fields = ("security__name", "version__filename", "version__sha256", "problem")
    show_full_result_count = False
