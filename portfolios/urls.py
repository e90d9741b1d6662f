"""Addresses of portfolios. A bundle is named by its number, as people name it."""

from django.urls import path

from portfolios.views import approval, bundles, decisions, drafts, pools, portfolios, queues, redflags, watchlist

app_name = "portfolios"
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
    path("bundles/<str:number>/submit/", drafts.submit, name="submit"),
    path("bundles/<str:number>/withdraw/", drafts.withdraw, name="withdraw"),
    path("bundles/<str:number>/decide/", decisions.decide, name="decide"),
    path("bundles/<str:number>/kick-out/", decisions.kick_out, name="kick-out"),
    path("bundles/<str:number>/take-back/", decisions.take_back, name="take-back"),
    path("bundles/<str:number>/add-up/", decisions.add_up, name="add-up"),
    path("pools/<int:pk>/", pools.pool, name="pool"),
    path("pools/<int:pk>/months/", pools.months, name="pool-months"),
    path("pools/<int:pk>/months/<str:month>/", pools.month, name="pool-month"),
    path("pools/<int:pk>/factors.csv", pools.factors_csv, name="pool-factors-csv"),
    path("pools/<int:pk>/factors.xlsx", pools.factors_xlsx, name="pool-factors-xlsx"),
    path("queue/", queues.queue, name="queue"),
    path("sign-offs/", queues.signoffs, name="signoffs"),
    path("notifications/", queues.notifications, name="notifications"),
    path("watchlist/", watchlist.watchlist, name="watchlist"),
    path("flags/", redflags.flags, name="flags"),
    path("flags/<int:pk>/", redflags.flag, name="flag"),
    path("flags/<int:pk>/judge/", redflags.judge, name="flag-judge"),
    path("pools/<int:pk>/flags/", redflags.pool_flags, name="pool-flags"),
    path("pools/<int:pk>/watch/", watchlist.watch, name="watch"),
    path("portfolios/", portfolios.portfolios, name="portfolios"),
    path("portfolios/<int:pk>/limits/", portfolios.limits, name="limits"),
    path("portfolios/<int:pk>/rename/", portfolios.rename, name="rename"),
]
