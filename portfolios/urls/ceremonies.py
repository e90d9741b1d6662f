"""Addresses around the opening of a sale: openers' keys, the reserve, the opening, awards, minutes and the record."""

from django.urls import path

from portfolios.views.ceremonies import awards, keys, opening, records, reserve, results

urlpatterns = [
    path("sales/<str:number>/key/", keys.key, name="sale-key"),
    path("sales/<str:number>/rehearsal/", keys.rehearsal, name="sale-rehearsal"),
    path("sales/<str:number>/reserve/", reserve.reserve, name="sale-reserve"),
    path("sales/<str:number>/opening/", opening.opening, name="sale-opening"),
    path("sales/<str:number>/opening/envelopes.json", opening.envelopes, name="sale-envelopes"),
    path("sales/<str:number>/opening/without/", awards.open_without, name="sale-open-without"),
    path("sales/<str:number>/award/propose/", awards.propose, name="sale-propose"),
    path("sales/<str:number>/award/confirm/", awards.confirm, name="sale-confirm"),
    path("sales/<str:number>/award/working/", awards.working, name="sale-working"),
    path("sales/<str:number>/reject/", awards.reject, name="sale-reject"),
    path("sales/<str:number>/final-round/", awards.final_round, name="sale-final-round"),
    path("sales/<str:number>/offers/<int:pk>/excuse/", awards.cure, name="sale-cure"),
    path("sales/<str:number>/result/", results.result, name="sale-result"),
    path("sales/<str:number>/record.json", records.record, name="sale-record"),
    path("sales/<str:number>/bidder-record.json", records.bidder_record, name="sale-bidder-record"),
    path("sales/<str:number>/minutes/", records.minutes, name="sale-minutes"),
    path("sales/<str:number>/minutes.txt", records.minutes_text, name="sale-minutes-text"),
    path("sales/<str:number>/sealing/", records.sealing, name="sale-sealing"),
]
