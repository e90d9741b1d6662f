"""Portfolios: named groups of pools with limits of their own."""

from datetime import datetime

from accounts.models import Organization, User
from portfolios.models import Portfolio

DEFAULT_NAME = "Pools we follow"


def default_portfolio(organization: Organization, by: User, at: datetime) -> Portfolio:
    """Where a pool stands that nobody put elsewhere; made on first use."""
    found, _ = Portfolio.objects.get_or_create(
        organization=organization, name=DEFAULT_NAME, defaults={"created_by": by, "created_at": at}
    )
    return found
