"""Addresses of diligence."""

from django.urls import URLPattern, URLResolver

app_name = "diligence"

urlpatterns: list[URLPattern | URLResolver] = []
