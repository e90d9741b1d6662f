"""Finished checks from which loans can be picked."""

from django.db.models import Q, QuerySet

from accounts.models import User
from diligence.domain.lifecycles import RunStatus
from diligence.models import Run
from portfolios.models import Bundle

OFFERED = 20
OF_COLUMNS = ("version__facts", "version__columns", "version__profile", "version__mapping")
"""What was found in the columns of a tape: a list of twenty tapes would read a megabyte of it."""


def finished_checks(user: User) -> QuerySet[Run]:
    """The lender's finished checks, newest first."""
    runs = Run.objects.visible_to(user).filter(status=RunStatus.DONE).defer(*OF_COLUMNS)
    return runs.select_related("version__tape", "criteria__organization").order_by("-finished_at")


def checks_of_file(bundle: Bundle) -> QuerySet[Run]:
    """Finished checks of the very file a bundle's loans come from, against any criteria; the newest of each."""
    runs = Run.objects.filter(version=bundle.run.version_id, status=RunStatus.DONE, criteria__isnull=False)
    newest = runs.order_by("criteria_id", "-finished_at").distinct("criteria_id").values("pk")
    wanted = Run.objects.filter(Q(pk__in=newest) | Q(pk=bundle.run_id))
    return wanted.select_related("version__tape", "criteria__organization").order_by("-finished_at")


def newer_checks(bundle: Bundle) -> QuerySet[Run]:
    """Finished checks of the bundle's tape under its criteria, newest first, its own among them."""
    runs = Run.objects.filter(
        version__tape=bundle.run.version.tape_id, criteria=bundle.criteria_id, status=RunStatus.DONE
    )
    return runs.select_related("version__tape").order_by("-finished_at")
