"""Addresses of price grids and of pooling plans."""

from django.urls import path

from portfolios.views.plans import drafts, grids, lists

urlpatterns = [
    path("plans/", lists.plans, name="plans"),
    path("plans/new/", drafts.new, name="plan-new"),
    path("grids/", grids.grids, name="grids"),
    path("grids/samples/", grids.load_samples, name="grid-samples"),
    path("grids/load/<slug:kind>/", grids.load, name="grid-load"),
    path("grids/template/<slug:kind>.csv", grids.template, name="grid-template"),
    path("grids/sample/<slug:kind>.csv", grids.sample, name="grid-sample"),
    path("grids/<int:pk>/", grids.grid, name="grid"),
    path("grids/<int:pk>/retire/", grids.retire, name="grid-retire"),
    path("grids/<int:pk>/file/", grids.original, name="grid-file"),
]
