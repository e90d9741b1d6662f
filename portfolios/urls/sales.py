"""Addresses of sales, which are named by their numbers: the seller's pages, and the one page of a sale for all."""

from django.urls import path

from portfolios.views.sales import addenda, bidders, documents, drafts, history, lists, page, questions, summary

SALE = "sales/<str:number>/"
urlpatterns = [
    path("sales/", lists.sales, name="sales"),
    path("sales/new/", drafts.create, name="sale-new"),
    path(SALE, page.sale, name="sale"),
    path(f"{SALE}terms/", drafts.terms, name="sale-terms"),
    path(f"{SALE}lots/", drafts.lots, name="sale-lots"),
    path(f"{SALE}lots/<str:code>/rename/", drafts.rename_lot, name="sale-lot-rename"),
    path(f"{SALE}lots/<str:code>/remove/", drafts.remove_lot, name="sale-lot-remove"),
    path(f"{SALE}lots/<str:code>/withdraw/", addenda.withdraw_lot, name="sale-lot-withdraw"),
    path(f"{SALE}openers/", drafts.openers, name="sale-openers"),
    path(f"{SALE}announce/", drafts.announce, name="sale-announce"),
    path(f"{SALE}bidders/", bidders.bidders, name="sale-bidders"),
    path(f"{SALE}bidders/<int:pk>/", bidders.bidder, name="sale-bidder"),
    path(f"{SALE}bidders/<int:pk>/bar/", bidders.bar, name="sale-bidder-bar"),
    path(f"{SALE}bidders/<int:pk>/take-back/", bidders.take_back, name="sale-bidder-take-back"),
    path(f"{SALE}questions/", questions.questions, name="sale-questions"),
    path(f"{SALE}questions/<int:pk>/answer/", questions.answer, name="sale-answer"),
    path(f"{SALE}addenda/", addenda.addenda, name="sale-addenda"),
    path(f"{SALE}addenda/new/", addenda.new, name="sale-addendum-new"),
    path(f"{SALE}room/add/", documents.add, name="sale-document-add"),
    path(f"{SALE}room/<int:pk>/withdraw/", documents.withdraw, name="sale-document-withdraw"),
    path(f"{SALE}summary/", summary.summary, name="sale-summary"),
    path(f"{SALE}summary.csv", summary.summary_csv, name="sale-summary-csv"),
    path(f"{SALE}history/", history.history, name="sale-history"),
    path(f"{SALE}history.csv", history.history_csv, name="sale-history-csv"),
    path(f"{SALE}cancel/", history.cancel, name="sale-cancel"),
]
