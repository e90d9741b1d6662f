"""Addresses of what kinds of sales need, of other assets, of open auctions and of shared losses."""

from django.urls import path

from portfolios.views.auctions import advisers, bidding, lots, needs, rooms, sharedloss

SALE = "sales/<str:number>/"
urlpatterns = [
    path(f"{SALE}needs/", needs.page, name="sale-needs"),
    path(f"{SALE}needs/parties/", needs.add_party, name="sale-party-add"),
    path(f"{SALE}needs/parties/<int:pk>/end/", needs.end_party, name="sale-party-end"),
    path(f"{SALE}needs/<slug:code>/", needs.record, name="sale-need"),
    path(f"{SALE}adviser/", advisers.page, name="sale-adviser"),
    path(f"{SALE}adviser/name/", advisers.name, name="sale-adviser-name"),
    path(f"{SALE}adviser/<int:pk>/decide/", advisers.decide, name="sale-adviser-decide"),
    path(f"{SALE}adviser/<int:pk>/end/", advisers.end, name="sale-adviser-end"),
    path(f"{SALE}lots/other/", lots.other, name="sale-lot-other"),
    path(f"{SALE}lots/<str:code>/list/", lots.facts, name="sale-lot-list"),
    path(f"{SALE}auction/", rooms.page, name="sale-auction"),
    path(f"{SALE}auction/rules/", rooms.rules, name="sale-auction-rules"),
    path(f"{SALE}auction/start/", rooms.start, name="sale-auction-start"),
    path(f"{SALE}auction/now/", bidding.now, name="sale-auction-now"),
    path(f"{SALE}auction/bid/", bidding.bid, name="sale-auction-bid"),
    path(f"{SALE}shared-loss/", sharedloss.sale, name="sale-shared-loss"),
    path("shared-loss/", sharedloss.agreements, name="shared-loss"),
    path("shared-loss/new/", sharedloss.new, name="shared-loss-new"),
    path("shared-loss/<int:pk>/", sharedloss.agreement, name="shared-loss-agreement"),
    path("shared-loss/<int:pk>/<int:year>-<int:month>/", sharedloss.certificate, name="shared-loss-certificate"),
]
