"""An accepted plan becomes bundles: one draft a pool, bid or buyer that the plan uses."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from portfolios.models import Bundle
from portfolios.models.plans import PoolingPlan
from portfolios.policies import plans as policies

TOKENS = uuid.UUID("7c9e3a52-54d1-4b7e-9f3a-6f0d6c1a2b10")
"""Namespace of the tokens by which a plan's bundles are found again."""


@transaction.atomic
def accept(*, plan: PoolingPlan, by: User, at: datetime) -> list[Bundle]:
    """Draft bundles with the loans exactly as placed, one a pool; retained and unplaced loans get none.

    The bundles have no purchaser yet, and the criteria of the plan's check. Two people at once make them once: the
    second gets the first one's. Raises NotAllowed with the reason.
    """
    plan = PoolingPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.state == "accepted":
        return bundles_of(plan)
    policies.check_can_accept(by, plan)
    PoolingPlan.objects.filter(pk=plan.pk).update(state="accepted", accepted_by=by, accepted_at=at, lease_until=None)
    return bundles_of(plan)


def bundles_of(plan: PoolingPlan) -> list[Bundle]:
    """The bundles that an accepted plan has become, in the order of its pools."""
    tokens = [token_of(plan, pool["code"]) for pool in plan.summary.get("pools", ())]
    return list(Bundle.objects.filter(form_token__in=tokens, lender_id=plan.organization_id).order_by("pk"))


def token_of(plan: PoolingPlan, code: str) -> uuid.UUID:
    return uuid.uuid5(TOKENS, f"{plan.pk}:{code}")
