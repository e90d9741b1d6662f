"""The page that seals bids away from the server."""

from django.urls import path

from portfolios.views import offline

urlpatterns = [path("sales/offline/", offline.page, name="seal_offline")]
