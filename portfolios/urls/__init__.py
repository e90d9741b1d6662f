"""Addresses of portfolios, room by room."""

from portfolios.urls import bundles, pools, sales

app_name = "portfolios"
urlpatterns = [*bundles.urlpatterns, *pools.urlpatterns, *sales.urlpatterns]
