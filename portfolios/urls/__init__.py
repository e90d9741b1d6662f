"""Addresses of portfolios, room by room."""

from portfolios.urls import auctions, bidding, bundles, ceremonies, offline, plans, pools, sales, settlements

app_name = "portfolios"
urlpatterns = [
    *auctions.urlpatterns,
    *bidding.urlpatterns,
    *bundles.urlpatterns,
    *ceremonies.urlpatterns,
    *offline.urlpatterns,
    *plans.urlpatterns,
    *pools.urlpatterns,
    *sales.urlpatterns,
    *settlements.urlpatterns,
]
