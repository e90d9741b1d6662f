"""Addresses of bundles, which are named by their numbers, and of the work that waits for them."""

from django.urls import path

from portfolios.views import (
    approval,
    bundles,
    decisions,
    drafts,
    queues,
    securities,
)

urlpatterns = [
    path("bundles/", bundles.bundles, name="bundles"),
    path("bundles/new/", drafts.create, name="create"),
    path("bundles/new/preview/", drafts.preview, name="preview"),
    path("bundles/new/check/", drafts.check, name="check"),
    path("bundles/<str:number>/", bundles.bundle, name="bundle"),
    path("bundles/<str:number>/progress/", bundles.progress, name="progress"),
    path("bundles/<str:number>/loans/", bundles.loans, name="loans"),
    path("bundles/<str:number>/loans/<int:row_no>/", bundles.loan, name="loan"),
    path("bundles/<str:number>/approval/", approval.approval, name="approval"),
    path("bundles/<str:number>/history/", bundles.history, name="history"),
    path("bundles/<str:number>/history.csv", bundles.history_csv, name="history-csv"),
    path("bundles/<str:number>/selection/", drafts.selection, name="selection"),
    path("bundles/<str:number>/purchaser/", drafts.purchaser, name="purchaser"),
    path("bundles/<str:number>/submit/", drafts.submit, name="submit"),
    path("bundles/<str:number>/withdraw/", drafts.withdraw, name="withdraw"),
    path("bundles/<str:number>/assign/", queues.assign, name="assign"),
    path("bundles/<str:number>/decide/", decisions.decide, name="decide"),
    path("bundles/<str:number>/kick-out/", decisions.kick_out, name="kick-out"),
    path("bundles/<str:number>/take-back/", decisions.take_back, name="take-back"),
    path("bundles/<str:number>/add-up/", decisions.add_up, name="add-up"),
    path("bundles/<str:number>/issue/", securities.issue, name="issue"),
    path("queue/", queues.queue, name="queue"),
    path("sign-offs/", queues.signoffs, name="signoffs"),
    path("notifications/", queues.notifications, name="notifications"),
]
