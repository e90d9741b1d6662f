"""Shared-loss agreements of a bank, what it reports month by month, and which agreement covers a sale."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.sharedlossforms import forms, tiers_of
from portfolios.models import Sale, SaleCosts, SharedLossAgreement, SharedLossMonth
from portfolios.policies import sharedloss as policies
from portfolios.services.sales import record
from portfolios.services.sealedrecord import locked


@transaction.atomic
def agree(
    *,
    form: str,
    name: str,
    effective_on: date,
    terminates_on: date,
    covered: Decimal,
    stated: Mapping[str, Decimal],
    by: User,
    at: datetime,
) -> SharedLossAgreement:
    """Record an agreement with the tiers of its form; `stated` are the amounts that the form leaves to it, USD."""
    policies.check_can_keep(by)
    try:
        tiers = tiers_of(forms()[form], covered, stated)
    except ValueError as error:
        raise NotAllowed(str(error)) from None
    if terminates_on <= effective_on:
        raise NotAllowed("The agreement ends after it begins.")
    return SharedLossAgreement.objects.create(
        bank=by.organization,
        name=name.strip(),
        form=form,
        effective_on=effective_on,
        terminates_on=terminates_on,
        covered=covered,
        tiers=[{"start": f"{tier.start:.2f}", "percent": f"{tier.percent:f}"} for tier in tiers],
        recorded_by=by,
        recorded_at=at,
    )


@transaction.atomic
def report(
    *, agreement: SharedLossAgreement, month: date, losses: Decimal, recoveries: Decimal, by: User, at: datetime
) -> SharedLossMonth:
    """Report a month's losses and recoveries, USD. Months come in order; a correction is part of a later one."""
    agreement = SharedLossAgreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    policies.check_is_bank(by, agreement)
    month = month.replace(day=1)
    last = agreement.months.order_by("-month").first()
    if last is not None and month <= last.month:
        raise NotAllowed(f"{last.month:%b %Y} is reported. A correction of a month is reported in a later one.")
    if not agreement.effective_on.replace(day=1) <= month <= agreement.terminates_on:
        raise NotAllowed("The agreement was not in force in this month.")
    if month > at.date():
        raise NotAllowed("This month is still to come.")
    return SharedLossMonth.objects.create(
        agreement=agreement, month=month, losses=losses, recoveries=recoveries, reported_by=by, reported_at=at
    )


@transaction.atomic
def cover(*, sale: Sale, agreement: SharedLossAgreement, costs: Decimal, by: User, at: datetime) -> SaleCosts:
    """Say which agreement covers a sale's loans, and what selling them costs, USD."""
    sale = locked(sale)
    policies.check_can_cover(by, sale)
    policies.check_is_bank(by, agreement)
    made, _ = SaleCosts.objects.update_or_create(sale=sale, defaults={"agreement": agreement, "costs": costs})
    record(sale, "shared_loss", by=by, at=at, public=False, agreement=agreement.name, costs=str(costs))
    return made
