"""What the pages of tapes show."""

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import User
from loans.models import SavedMapping, Tape, TapeVersion

PAGE = 50


def tapes_of(user: User) -> QuerySet[Tape]:
    """The lender's tapes, newest upload first, each with its newest version."""
    newest = TapeVersion.objects.filter(tape=OuterRef("pk")).order_by("-number")
    newest_version = TapeVersion.objects.select_related("uploaded_by").order_by("-number")
    return (
        Tape.objects.visible_to(user)
        .annotate(last_upload=Subquery(newest.values("uploaded_at")[:1]))
        .prefetch_related(Prefetch("versions", queryset=newest_version, to_attr="newest_first"))
        .order_by("-last_upload", "-pk")
    )


def versions_of(tape: Tape) -> QuerySet[TapeVersion]:
    return tape.versions.select_related("uploaded_by", "mapped_by").order_by("-number")


def mappings_for(version: TapeVersion) -> QuerySet[SavedMapping]:
    """Saved mappings of the lender, those for the same header first."""
    return SavedMapping.objects.filter(organization_id=version.tape.organization_id).order_by("-saved_at")
