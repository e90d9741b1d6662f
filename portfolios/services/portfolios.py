"""Portfolios: named groups of pools with limits of their own."""

from collections.abc import Mapping
from datetime import datetime

import pghistory
from django.db import IntegrityError, transaction

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from portfolios.domain.redflags import LIMIT, BrokenLimit
from portfolios.domain.redflags.limits import checked, checked_together
from portfolios.models import Portfolio
from portfolios.policies.redflags import check_can_keep

DEFAULT_NAME = "Pools we follow"
NAME_CHARS = 120


def default_portfolio(organization: Organization, by: User, at: datetime) -> Portfolio:
    """Where a pool stands that nobody put elsewhere; made on first use."""
    found, _ = Portfolio.objects.get_or_create(
        organization=organization, name=DEFAULT_NAME, defaults={"created_by": by, "created_at": at}
    )
    return found


def create(*, name: str, by: User, at: datetime) -> Portfolio:
    """A new portfolio of the person's organization with the default limits; raises NotAllowed."""
    check_can_keep(by)
    try:
        with pghistory.context(user=by.pk, action="create portfolio"), transaction.atomic():
            return Portfolio.objects.create(
                organization_id=by.organization_id, name=usable(name), created_by=by, created_at=at
            )
    except IntegrityError:
        raise NotAllowed(taken(name)) from None


def rename(*, portfolio: Portfolio, name: str, by: User) -> Portfolio:
    """Give a portfolio another name that the organization does not use yet; raises NotAllowed."""
    check_can_keep(by, portfolio)
    portfolio.name = usable(name)
    try:
        with pghistory.context(user=by.pk, action="rename portfolio"), transaction.atomic():
            Portfolio.objects.filter(pk=portfolio.pk).update(name=portfolio.name)
    except IntegrityError:
        raise NotAllowed(taken(name)) from None
    return portfolio


def set_limits(*, portfolio: Portfolio, values: Mapping[str, float], by: User) -> bool:
    """Keep the limits that differ from the defaults; returns whether any changed.

    Raises NotAllowed, or BrokenLimit with the sentence for a value that a limit cannot take.
    """
    check_can_keep(by, portfolio)
    if unknown := values.keys() - LIMIT.keys():
        raise BrokenLimit(f"There is no limit named {', '.join(sorted(unknown))}.")
    own = {name: checked(name, value) for name, value in values.items() if value != LIMIT[name].default}
    checked_together(own)
    with pghistory.context(user=by.pk, action="set limits"), transaction.atomic():
        kept = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
        if kept.thresholds == own:
            return False
        Portfolio.objects.filter(pk=portfolio.pk).update(thresholds=own)
    portfolio.thresholds = own
    return True


def usable(name: str) -> str:
    """The name without blanks at its ends; raises NotAllowed where nothing is left."""
    if not (kept := " ".join(name.split())[:NAME_CHARS]):
        raise NotAllowed("A portfolio needs a name.")
    return kept


def taken(name: str) -> str:
    return f"There is a portfolio named {usable(name)} already. Choose another name."
