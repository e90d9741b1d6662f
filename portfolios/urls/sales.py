"""Addresses of sales, which are named by their numbers: the seller's pages, and the one page of a sale for all."""

from django.urls import path

from portfolios.views.sales import lists, page

urlpatterns = [
    path("sales/", lists.sales, name="sales"),
    path("sales/<str:number>/", page.sale, name="sale"),
]
