from django.urls import path

from loans.views import criteria, mappings, tapes

app_name = "loans"
urlpatterns = [
    path("tapes/", tapes.tapes, name="tapes"),
    path("tapes/upload/", tapes.upload, name="upload"),
    path("tapes/<int:pk>/", tapes.tape, name="tape"),
    path("tapes/<int:pk>/upload/", tapes.upload, name="upload-version"),
    path("tapes/versions/<int:pk>/", tapes.version, name="version"),
    path("tapes/versions/<int:pk>/reading/", tapes.reading, name="reading"),
    path("tapes/versions/<int:pk>/original/", tapes.original, name="original"),
    path("tapes/versions/<int:pk>/changes/", tapes.changes, name="changes"),
    path("tapes/versions/<int:pk>/columns/", mappings.mapping, name="mapping"),
    path("tapes/versions/<int:pk>/columns/draft/", mappings.draft, name="draft-mapping"),
    path("tapes/versions/<int:pk>/columns/again/", mappings.match_again, name="match-again"),
    path("tapes/versions/<int:pk>/columns/save/", mappings.save, name="save-mapping"),
    path("tapes/versions/<int:pk>/columns/saved/<int:saved_pk>/delete/", mappings.delete, name="delete-mapping"),
    path("criteria/", criteria.criteria, name="criteria"),
    path("criteria/<str:code>/", criteria.criterion, name="criterion"),
]
