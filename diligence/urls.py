from django.urls import path

from diligence.views import runs

app_name = "diligence"
urlpatterns = [
    path("tapes/versions/<int:pk>/check/", runs.check, name="check"),
]
