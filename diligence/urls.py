from django.urls import path

from diligence.views import runs

app_name = "diligence"
urlpatterns = [
    path("tapes/versions/<int:pk>/check/", runs.check, name="check"),
    path("checks/<int:pk>/", runs.run, name="run"),
    path("checks/<int:pk>/progress/", runs.progress, name="progress"),
    path("checks/<int:pk>/stop/", runs.stop, name="stop"),
]
