"""Lots of other loans and of customer lists: stated by count, balance and strata, never by rows."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.localtimes import day_in
from portfolios.domain.otherlots import NotStrata, Stratum, check_adds_up, summary_of
from portfolios.domain.sales import AssetClass, PriceUnit
from portfolios.domain.sealing import canonical
from portfolios.models import Lot, Sale
from portfolios.policies import sales as policies
from portfolios.policies.saleneeds import BEFORE_AWARD
from portfolios.services.sales import next_code, record
from portfolios.services.sealedrecord import locked

FACTS = ("ombudsman_appointed_on", "ombudsman_reported_on", "ombudsman_report", "opt_outs_removed", "buyer_adopts")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a seller states of a lot. `details` are those of a list: its fields, consent, policy, ombudsman."""

    asset_class: AssetClass
    name: str
    count: int
    balance: Decimal = Decimal("0.00")
    strata: Sequence[Stratum] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def add(*, sale: Sale, stated: Stated, by: User) -> Lot:
    """Offer a lot that is no bundle. Lists of customers, which have no balance, are priced in dollars."""
    sale = locked(sale)
    policies.check_can_prepare(by, sale)
    if stated.asset_class == AssetClass.MORTGAGE:
        raise NotAllowed("A lot of mortgages is made of a bundle.")
    if stated.count <= 0:
        raise NotAllowed("Say how many records the lot holds.")
    try:
        check_adds_up(stated.strata, stated.count)
    except NotStrata as error:
        raise NotAllowed(str(error)) from None
    is_list = stated.asset_class == AssetClass.CUSTOMER_LIST
    if not is_list and stated.balance <= 0:
        raise NotAllowed("Say what the loans' balance is; a price is percent of it.")
    return Lot.objects.create(
        sale=sale,
        code=next_code(sale),
        name=stated.name.strip(),
        asset_class=stated.asset_class,
        unit=PriceUnit.USD if is_list else PriceUnit.PERCENT,
        loan_count=stated.count,
        upb=Decimal("0.00") if is_list else stated.balance,
        tape_sha256=hash_of(stated),
        summary=summary_of(stated.strata, stated.count, Decimal(0) if is_list else stated.balance),
        details=dict(stated.details),
    )


def hash_of(stated: Stated) -> str:
    """SHA-256 over everything that is stated, which bids are held to."""
    said = {
        "class": stated.asset_class.value,
        "name": stated.name.strip(),
        "count": stated.count,
        "balance": f"{stated.balance:.2f}",
        "strata": [[each.group, each.label, each.count, str(each.balance or "")] for each in stated.strata],
        "details": [[name, str(value)] for name, value in sorted(stated.details.items())],
    }
    return hashlib.sha256(canonical(said)).hexdigest()


@transaction.atomic
def record_facts(*, lot: Lot, by: User, at: datetime, **facts: Any) -> Lot:
    """Record what came since: the ombudsman's appointment and report, opt-outs removed, the buyer's policy.

    What bids were priced on (fields, consent, policy) stays as it was announced.
    """
    sale = locked(lot.sale)
    policies.check_is_seller(by, sale)
    if lot.asset_class != AssetClass.CUSTOMER_LIST:
        raise NotAllowed("Only a list of customers has an ombudsman.")
    if strange := set(facts) - set(FACTS):
        raise NotAllowed(f"{', '.join(sorted(strange))} cannot be changed any more.")
    if any(isinstance(value, date) and value > day_in(at, sale.time_zone) for value in facts.values()):
        raise NotAllowed("This day is still to come. Record it once it was given.")
    if sale.status not in BEFORE_AWARD and {"ombudsman_reported_on", "ombudsman_appointed_on"} & facts.keys():
        raise NotAllowed("The list is awarded: the ombudsman's dates stay as they are.")
    changed = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    lot.details = {**lot.details, **changed}
    lot.save(update_fields=["details"])
    record(sale, "list_facts", by=by, at=at, public=False, lot=lot.code, **changed)
    return lot
