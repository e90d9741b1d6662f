"""Months of a pool typed in by hand: added, or corrected as their next version."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from portfolios import policies
from portfolios.domain.factor import current_face
from portfolios.domain.poolmonth import MonthFigures
from portfolios.domain.securities import MonthSource
from portfolios.models import PublishedFactor, Security
from portfolios.services.poolmonths import record_months
from portfolios.services.securities import FACTOR_AT_ISSUE, add_by_hand, locked


@transaction.atomic
def add_with_factors(
    *, organization: Organization, by: User, at: datetime, factors: Mapping[date, Decimal], **terms: Any
) -> Security:
    """Add a pool by hand with the months that are known; all of it or nothing."""
    security = add_by_hand(organization=organization, by=by, at=at, **terms)
    if factors:
        record_factors(security=security, factors=factors, by=by, at=at)
        security.refresh_from_db()
    return security


@transaction.atomic
def record_factors(*, security: Security, factors: Mapping[date, Decimal], by: User, at: datetime) -> int:
    """Record factors by hand and return how many are new; another factor for a known month becomes its next version.

    A month that an agency published is refused: what is published is never typed over.
    """
    security = locked(security)
    policies.check_can_correct_months(by, security)
    check_factor_months(security, factors)
    months = [
        MonthFigures(month, factor, current_face(security.original_face, factor))
        for month, factor in sorted(factors.items())
    ]
    return record_months(security=security, months=months, source=MonthSource.HAND, by=by, at=at)


def check_factor_months(security: Security, factors: Mapping[date, Decimal]) -> None:
    """Months after the issue, none of them published."""
    if early := [month for month in factors if month < security.issued_on]:
        raise NotAllowed(f"{min(early):%B %Y} is before the issue month, {security.issued_on:%B %Y}.")
    if factors.get(security.issued_on, FACTOR_AT_ISSUE) != FACTOR_AT_ISSUE:
        raise NotAllowed("The factor is 1.00000000 in the issue month, by definition.")
    published = PublishedFactor.objects.filter(pool=security.published_id, latest=True, month__in=list(factors))
    if taken := sorted(published.values_list("month", flat=True)):
        raise NotAllowed(f"The factor of {taken[0]:%B %Y} is published and is not typed over.")
