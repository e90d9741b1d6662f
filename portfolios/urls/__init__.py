"""Addresses of portfolios, room by room."""

from portfolios.urls import bundles, plans, pools, sales

app_name = "portfolios"
urlpatterns = [*bundles.urlpatterns, *plans.urlpatterns, *pools.urlpatterns, *sales.urlpatterns]
