"""What waits for a person: the numbers beside the navigation and the bell, in one statement, for every page asks."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from diligence.models import RunWatch
from portfolios.domain.lifecycles import BundleStatus
from portfolios.models import Bundle, Security
from portfolios.queries.bundles import is_lender
from portfolios.queries.compiled import CompiledQuery, Rows, Summed
from portfolios.queries.redflags.news import READERS
from portfolios.queries.sales.waiting import sales_due
from portfolios.queries.watchlist import SHOWN, pools

NAMES = (
    "portfolios:bundles",
    "portfolios:queue",
    "portfolios:signoffs",
    "portfolios:notifications",
    "portfolios:flags",
    "portfolios:watchlist",
    "portfolios:sales",
)


def waiting(user: User, at: datetime) -> dict[str, int]:
    """By URL name, as PLUMBLINE_NAV_COUNTS wants it; nothing where nothing waits."""
    numbers = next(iter(_numbers.rows(user, at)), ())
    return {name: number for name, number in zip(NAMES, numbers, strict=False) if number}


def numbers_of(user: User, at: datetime) -> QuerySet[User, tuple[Any, ...]]:
    """One row with the numbers of NAMES."""
    flagged = flagged_pools(user)
    return User.objects.filter(pk=user.pk).values_list(
        Rows(bundles_back(user)),
        Rows(bundles_due(user)),
        Rows(bundles_due(user).filter(status=BundleStatus.SECOND)),
        Rows(RunWatch.objects.unread(user).order_by()),
        Summed(flagged.values(number=F("red_flags") + F("amber_flags"))),
        Rows(flagged.filter(SHOWN["watched"])),
        Rows(sales_due(user, at)),
    )


_numbers = CompiledQuery(numbers_of)


def bundles_back(user: User) -> QuerySet[Bundle]:
    """A lender's bundles that came back to be cured."""
    back = Bundle.objects.filter(lender=user.organization_id, status=BundleStatus.WITH_LENDER)
    return back.order_by() if is_lender(user) else back.none()


def bundles_due(user: User) -> QuerySet[Bundle]:
    """A purchaser's bundles that this person has to review or to sign, as `portfolios.queries.bundles.is_mine` says."""
    unassigned = Q(assigned_to=None) | Q(assigned_to=user.pk)
    reviewed = ~Q(reviewed_by=user.pk)
    mine = Q(pk=None)
    if user.has_role(Role.REVIEWER):
        mine |= Q(unassigned, status=BundleStatus.IN_REVIEW)
    if user.has_role(Role.APPROVER):
        mine |= Q(reviewed, status=BundleStatus.SECOND)
    due = Bundle.objects.waiting_for(user).filter(mine).order_by()
    return due.none() if is_lender(user) else due


def flagged_pools(user: User) -> QuerySet[Security]:
    """Pools with open flags, for those who follow pools."""
    flagged = pools(user).filter(Q(red_flags__gt=0) | Q(amber_flags__gt=0)).order_by()
    return flagged if user.has_role(*READERS) else flagged.none()
