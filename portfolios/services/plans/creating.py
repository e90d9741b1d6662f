"""A plan from the form to the worker: which loans, which prices, and how long to solve."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from diligence.models import Run
from portfolios.domain.picking import CLEAN
from portfolios.models.plans import PoolingPlan, PriceGrid
from portfolios.policies import plans as policies

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
SECONDS = (5, 600)
MOST_LOANS = 100_000
DEFAULTS: dict[str, Any] = {
    "settlement": "", "seconds": 120, "servicing_upb": None, "pool_cost": "0.00", "expired_too": False,
    "fatal_too": False,
}  # fmt: skip


@transaction.atomic
def create(
    *,
    run: Run,
    selection: Mapping[str, Any],
    grids: Iterable[PriceGrid],
    settings: Mapping[str, Any],
    name: str,
    by: User,
    at: datetime,
    token: UUID | None = None,
) -> PoolingPlan:
    """A plan in the state "pricing" for the selected loans of a finished check; a worker answers it.

    Loans with open fatal findings are left out unless `settings["fatal_too"]`. Raises NotAllowed with the reason. The
    form of one `token` makes one plan, however often it is sent.
    """
    policies.check_can_plan(by, run)
    chosen = list(grids)
    checked = checked_settings(settings)
    policies.check_usable(chosen, by, at=at, expired_too=checked["expired_too"])
    _check_enough(chosen, name, run)
    Organization.objects.select_for_update().get(pk=by.organization_id)  # the same form sent twice takes turns
    if token and (same := PoolingPlan.objects.filter(created_by=by, form_token=token).first()):
        return same
    plan = PoolingPlan.objects.create(
        organization_id=by.organization_id,
        name=name.strip(),
        run=run,
        selection=dict(selection) | ({} if checked["fatal_too"] else {CLEAN: True}),
        settings=checked,
        created_by=by,
        created_at=at,
        form_token=token,
    )
    plan.grids.set(chosen)
    return plan


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with their defaults; NotAllowed with a sentence for one that cannot be used."""
    found = DEFAULTS | {name: settings[name] for name in DEFAULTS if settings.get(name) not in (None, "")}
    if found["settlement"] and not MONTH.fullmatch(found["settlement"]):
        raise NotAllowed("Write the month of settlement as 2026-12.")
    if not SECONDS[0] <= int(found["seconds"]) <= SECONDS[1]:
        raise NotAllowed(f"The exact solve may take {SECONDS[0]} to {SECONDS[1]} seconds.")
    for field, title in (("servicing_upb", "balance whose servicing is kept"), ("pool_cost", "cost of a pool")):
        found[field] = None if found[field] is None else _amount(found[field], title)
    return found


def _amount(text: object, title: str) -> str:
    try:
        amount = round(Decimal(str(text).replace(",", "")), 2)
    except InvalidOperation as error:
        raise NotAllowed(f"The {title} is an amount in USD.") from error
    if not 0 <= amount < Decimal("1e12"):
        raise NotAllowed(f"The {title} is an amount in USD from 0.")
    return str(amount)


def _check_enough(grids: list[PriceGrid], name: str, run: Run) -> None:
    wrong = {
        "Give the plan a name.": not name.strip(),
        "Choose at least one grid of prices.": not grids,
        f"A plan takes a tape of at most {MOST_LOANS:,} loans. Split the tape.": run.loan_count > MOST_LOANS,
    }
    for sentence, holds in wrong.items():
        if holds:
            raise NotAllowed(sentence)
