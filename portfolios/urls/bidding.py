"""Addresses of bidders: their way into a sale, their sealed bids, and the data rooms."""

from django.urls import path

from portfolios.views.bidding import asking, bids, entering, mine, rooms

urlpatterns = [
    path("my-bids/", mine.my_bids, name="my_bids"),
    path("data-rooms/", rooms.data_rooms, name="data_rooms"),
    path("sales/<str:number>/agreement/", entering.agreement, name="sale-agreement"),
    path("sales/<str:number>/qualification/", entering.qualification, name="sale-qualification"),
    path("sales/<str:number>/decline/", entering.decline, name="sale-decline"),
    path("sales/<str:number>/ask/", asking.ask, name="sale-ask"),
    path("sales/<str:number>/bid/", bids.submit, name="sale-bid"),
    path("sales/<str:number>/bid/withdraw/", bids.withdraw, name="sale-bid-withdraw"),
    path("sales/<str:number>/bid/sheet.json", bids.sheet, name="sale-bid-sheet"),
    path("sales/<str:number>/receipt/", bids.receipts, name="sale-receipts"),
    path("sales/<str:number>/receipt/<int:position>/envelope/", bids.envelope, name="sale-envelope"),
    path("sales/<str:number>/room/", rooms.room, name="room"),
    path("sales/<str:number>/room/<int:pk>/", rooms.document, name="room-document"),
    path("sales/<str:number>/room/<int:pk>/log/", rooms.document_log, name="room-log"),
    path("sales/<str:number>/room/lots/<str:code>/tape.<str:kind>", rooms.tape, name="room-tape"),
]
