"""Who shall review a bundle. An assignment tells whose turn it is; it takes the right to sign from nobody."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from portfolios import policies
from portfolios.models import Bundle
from portfolios.services.moves import locked, record


@transaction.atomic
def assign(*, bundle: Bundle, to: User | None, by: User, at: datetime) -> Bundle:
    """Ask a reviewer of the purchaser for the review, or nobody in particular; raises NotAllowed with the reason."""
    bundle = locked(bundle)
    policies.check_can_assign(by, bundle)
    if to is not None:
        policies.check_can_be_assigned(to, bundle)
    if bundle.assigned_to_id == (to.pk if to else None):
        return bundle
    Bundle.objects.filter(pk=bundle.pk).update(assigned_to=to)
    return record(locked(bundle), "assigned", by=by, at=at, note=f"To {to}." if to else "To nobody in particular.")
