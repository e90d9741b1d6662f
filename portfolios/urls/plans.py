"""Addresses of price grids and of pooling plans."""

from django.urls import path

from portfolios.views.plans import comparing, drafts, grids, lists, loans, results

urlpatterns = [
    path("plans/", lists.plans, name="plans"),
    path("plans/new/", drafts.new, name="plan-new"),
    path("plans/<int:pk>/", results.plan, name="plan"),
    path("plans/<int:pk>/progress/", results.progress, name="plan-progress"),
    path("plans/<int:pk>/accept/", results.accept, name="plan-accept"),
    path("plans/<int:pk>/compare/", comparing.compare, name="plan-compare"),
    path("plans/<int:pk>/loans/", loans.loans, name="plan-loans"),
    path("plans/<int:pk>/loans/<int:row_no>/", loans.loan, name="plan-loan"),
    path("plans/<int:pk>/loans.csv", loans.loans_csv, name="plan-csv"),
    path("plans/<int:pk>/loans.xlsx", loans.loans_xlsx, name="plan-xlsx"),
    path("grids/", grids.grids, name="grids"),
    path("grids/samples/", grids.load_samples, name="grid-samples"),
    path("grids/load/<slug:kind>/", grids.load, name="grid-load"),
    path("grids/template/<slug:kind>.csv", grids.template, name="grid-template"),
    path("grids/sample/<slug:kind>.csv", grids.sample, name="grid-sample"),
    path("grids/<int:pk>/", grids.grid, name="grid"),
    path("grids/<int:pk>/retire/", grids.retire, name="grid-retire"),
    path("grids/<int:pk>/file/", grids.original, name="grid-file"),
]
