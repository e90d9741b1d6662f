"""All addresses: each app owns its own, this file says in which order they are tried."""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz, readyz
from config.ui.numbers import MISSING
from config.ui.styleguide import styleguide
from portfolios.views.home import home

admin.site.site_header = "Plumbline"
admin.site.site_title = "Plumbline"
admin.site.empty_value_display = MISSING

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("styleguide/", styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("loans.urls")),
    path("", include("diligence.urls")),
    path("", include("portfolios.urls")),
]
