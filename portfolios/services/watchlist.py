"""The watchlist of an organization: pools that somebody put there and takes off again."""

from datetime import datetime

from accounts.models import User
from portfolios.models import Security
from portfolios.policies.redflags import check_can_watch


def put(*, security: Security, by: User, at: datetime) -> bool:
    """Put a pool on the watchlist; False where it stands there already, by whoever was first."""
    check_can_watch(by, security)
    return bool(Security.objects.filter(pk=security.pk, watched_at=None).update(watched_at=at, watched_by=by))


def take_off(*, security: Security, by: User) -> bool:
    """Take a pool off the watchlist; False where it does not stand there."""
    check_can_watch(by, security)
    on_it = Security.objects.filter(pk=security.pk, watched_at__isnull=False)
    return bool(on_it.update(watched_at=None, watched_by=None))
