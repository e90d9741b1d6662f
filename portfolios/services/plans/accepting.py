"""An accepted plan becomes bundles: one draft a pool, bid or buyer that the plan uses."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from portfolios.models import Bundle
from portfolios.models.plans import PoolingPlan
from portfolios.policies import plans as policies
from portfolios.queries.plans import placements
from portfolios.services import bundles

TOKENS = uuid.UUID("7c9e3a52-54d1-4b7e-9f3a-6f0d6c1a2b10")
"""Namespace of the tokens by which a plan's bundles are found again."""
NAME_CHARS = 200
FEW = 3  # bundles that are added up while somebody waits; of more, each is left to a worker


@transaction.atomic
def accept(*, plan: PoolingPlan, by: User, at: datetime) -> list[Bundle]:
    """Draft bundles with the loans exactly as placed, one a pool; retained and unplaced loans get none.

    The bundles have no purchaser yet, and the criteria of the plan's check. Many of them are picked and added up by
    workers, as `work.waiting` tells. Two people at once make them once: the second gets the first one's. Raises
    NotAllowed with the reason.
    """
    plan = PoolingPlan.objects.select_for_update(of=("self",)).select_related("run__version__tape").get(pk=plan.pk)
    if plan.state == "accepted":
        policies.check_can_price(by, plan.organization)
        return bundles_of(plan)
    policies.check_can_accept(by, plan)
    rows = dict(placements(plan).drop_nulls("pool").group_by("pool").agg("row_no").iter_rows())
    pools = [pool for pool in plan.summary["pools"] if pool["bundle"]]
    for pool in pools:
        bundles.create(
            run=plan.run,
            name=f"{plan.name}: {pool['title']}"[:NAME_CHARS],
            purchaser=None,
            selection={"rows": sorted(rows[pool["code"]])},
            by=by,
            at=at,
            token=token_of(plan, pool["code"]),
            at_once=len(pools) <= FEW,
        )
    PoolingPlan.objects.filter(pk=plan.pk).update(state="accepted", accepted_by=by, accepted_at=at, lease_until=None)
    return bundles_of(plan)


def bundles_of(plan: PoolingPlan) -> list[Bundle]:
    """The bundles that an accepted plan has become, in the order of its pools."""
    tokens = [token_of(plan, pool["code"]) for pool in plan.summary.get("pools", ())]
    made = Bundle.objects.filter(form_token__in=tokens, lender_id=plan.organization_id)
    return list(made.select_related("work", "purchaser").order_by("pk"))


def token_of(plan: PoolingPlan, code: str) -> uuid.UUID:
    """The token of the bundle that one pool of a plan becomes."""
    return uuid.uuid5(TOKENS, f"{plan.pk}:{code}")
