"""What the pages of tapes show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from loans.domain.lifecycles import TapeStatus
from loans.models import Tape, TapeVersion
from loans.queries.differences import Difference, difference_of

PAGE = 50


def shown_status() -> Coalesce:
    """Where a version stands for people, to annotate versions with: what its newest check says, else its own status."""
    newest = TapeVersion.objects.filter(pk=OuterRef("pk")).order_by("-runs__started_at").values("runs__status")[:1]
    return Coalesce(Subquery(newest), "status")


def tapes_of(user: User) -> QuerySet[Tape]:
    """The lender's tapes, newest upload first, each with its newest version."""
    newest = TapeVersion.objects.filter(tape=OuterRef("pk")).order_by("-number")
    versions = TapeVersion.objects.select_related("uploaded_by").defer("columns", "profile", "mapping")
    newest_version = versions.annotate(shown_status=shown_status()).order_by("-number")
    return (
        Tape.objects.visible_to(user)
        .for_sale()
        .annotate(last_upload=Subquery(newest.values("uploaded_at")[:1]))
        .prefetch_related(Prefetch("versions", queryset=newest_version, to_attr="newest_first"))
        .order_by("-last_upload", "-pk")
    )


@dataclass(frozen=True)
class VersionRow:
    """One upload of a tape with the checks made of it and what it changed."""

    version: TapeVersion
    runs: list[Any]
    difference: Difference | None

    @property
    def shown_status(self) -> str:
        """What its newest check says, else the version's own status."""
        return self.runs[0].status if self.runs else self.version.status

    @property
    def awaits_difference(self) -> bool:
        """Whether the comparison with the version before is still to come."""
        later = self.version.number > 1 and self.version.status == TapeStatus.READY
        return later and self.version.difference is None

    @property
    def action(self) -> str:
        """What a person can do with the version next: match its columns, check it, or nothing."""
        if self.version.status == TapeStatus.MAPPING:
            return "match"
        return "check" if self.version.status == TapeStatus.READY else ""


def versions_of(tape: Tape) -> list[VersionRow]:
    """The uploads of a tape, newest first."""
    versions = tape.versions.select_related("tape", "uploaded_by", "mapped_by").order_by("-number")
    found = versions.defer("columns", "profile").prefetch_related("runs__criteria")
    return [VersionRow(one, list(one.runs.all()), difference_of(one)) for one in found]
