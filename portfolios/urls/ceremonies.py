"""Addresses around the opening of a sale: openers' keys, the reserve, the opening, awards, minutes and the record."""

from django.urls import path

from portfolios.views.ceremonies import keys, opening, reserve

urlpatterns = [
    path("sales/<str:number>/key/", keys.key, name="sale-key"),
    path("sales/<str:number>/rehearsal/", keys.rehearsal, name="sale-rehearsal"),
    path("sales/<str:number>/reserve/", reserve.reserve, name="sale-reserve"),
    path("sales/<str:number>/opening/", opening.opening, name="sale-opening"),
    path("sales/<str:number>/opening/envelopes.json", opening.envelopes, name="sale-envelopes"),
]
