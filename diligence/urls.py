from django.urls import path

from diligence.views import exports, findings, loans, results, rules, runs, search

app_name = "diligence"
urlpatterns = [
    path("tapes/versions/<int:pk>/check/", runs.check, name="check"),
    path("checks/<int:pk>/", runs.run, name="run"),
    path("checks/<int:pk>/progress/", runs.progress, name="progress"),
    path("checks/<int:pk>/stop/", runs.stop, name="stop"),
    path("checks/<int:pk>/tell-me/", runs.tell_me, name="tell-me"),
    path("checks/<int:pk>/strata.csv", results.strata, name="run-strata"),
    path("checks/<int:pk>/not-evaluated/", results.gaps, name="run-gaps"),
    path("checks/<int:pk>/history/", results.history, name="run-history"),
    path("checks/<int:pk>/rules/<str:code>/", findings.rule_findings, name="run-findings"),
    path("checks/<int:pk>/loans/", findings.loans, name="loans"),
    path("checks/<int:pk>/loans/<int:row_no>/", loans.loan, name="loan"),
    path("checks/<int:pk>/loans/<int:row_no>/decide/<int:rule_no>/<int:seq>/", loans.decide, name="loan-decide"),
    path("checks/<int:pk>/export/", exports.ask, name="run-export"),
    path("downloads/<int:pk>/", exports.download, name="run-download"),
    path("downloads/<int:pk>/file/", exports.file, name="run-file"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<str:code>/", rules.rule, name="rule"),
    path("search/", search.search, name="search"),
]
