"""A worker killed in the middle of a bring-down check or of the issue of a pool: nothing half, and nothing twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from diligence.models import Finding
from diligence.services import finishing, parts, runs
from portfolios.models import PoolMonth, Security, Settlement
from portfolios.queries.settlements.bringdowns import lot_check
from portfolios.services import bringdowns, settledpools
from tests.diligence.services.pipeline import TODAY
from tests.portfolios.closing import LATER

AFTER_THE_LEASE = LATER + timedelta(hours=1)


class KilledError(BaseException):
    """A worker that ends without a word: nothing catches it, nothing is put back."""


def dies(*_arguments, **_more):
    raise KilledError


def work(run, at):
    """What the sweep would have workers do for a check."""
    for chunk in runs.advance(run_id=run.pk, clock=lambda: at):
        if parts.check(chunk_id=chunk, worker="test", at=at):
            finishing.finish(run_id=run.pk, clock=lambda: at)
    run.refresh_from_db()
    return run.status


@pytest.mark.parametrize(("module", "name"), [(parts, "store_loans"), (parts, "end_checking"), (finishing, "finish")])
def test_a_bring_down_goes_on_where_it_was_killed(closing, monkeypatch, module, name):
    run = bringdowns.check(
        settlement=closing.settlement, lot=closing.lots["A"], criteria=closing.criteria, as_of=TODAY, by=closing.buyer,
        at=LATER,
    )  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(module, name, dies)
        with pytest.raises(KilledError):
            work(run, LATER)
    assert lot_check(closing.settlement, closing.lots["A"]).under_way
    if work(run, AFTER_THE_LEASE) != "done":
        finishing.finish(run_id=run.pk, clock=lambda: AFTER_THE_LEASE)
    found = lot_check(closing.settlement, closing.lots["A"])
    assert [loan.loan_id for loan in found.found] == ["L00002", "L00005"]
    assert Finding.objects.filter(run=run, severity=1).count() == 2
    assert closing.settlement.events.filter(kind="bring_down").count() == 1


def test_a_pool_is_issued_whole_or_not_at_all(closing, monkeypatch):
    Settlement.objects.update(status="settled")
    closing.again()

    def issue():
        return settledpools.issue_settled(
            settlement=closing.settlement, lot=closing.lots["A"], by=closing.buyer, at=LATER, name="PL 2026-S01",
            coupon=Decimal("5.5"), issued_on=date(2026, 12, 1), delay_days=55, program="private",
            forecast={"kind": "PSA", "values": [150]},
        )  # fmt: skip

    with monkeypatch.context() as patch:
        patch.setattr(settledpools, "record", dies)
        with pytest.raises(KilledError):
            issue()
    assert (Security.objects.count(), PoolMonth.objects.count()) == (0, 0)
    assert closing.settlement.events.filter(kind="issued").count() == 0
    security = issue()
    assert (Security.objects.get(), security.months.count()) == (security, 1)
    assert closing.settlement.events.filter(kind="issued").count() == 1
