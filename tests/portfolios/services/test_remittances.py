"""From a servicer's tape to a month: order, corrections, what comes after, and who may send."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.policies import NotAllowed
from accounts.roles import Role
from loans.models import Loan
from portfolios.models import PoolMonth
from portfolios.services import poolfiles, remittances
from tests.factories import UserFactory
from tests.portfolios.tapes import FEBRUARY, HEADER, MARCH, SECOND, THIRD, computed, matched, pool, sent

pytestmark = pytest.mark.django_db


def month(security, when):
    return PoolMonth.objects.get(security=security, month=when, latest=True)


def figures(security):
    rows = PoolMonth.objects.filter(security=security, latest=True).order_by("month")
    return [(row.month.month, row.factor, row.facts.get("months")) for row in rows]


def test_a_tape_becomes_a_month():
    security, _, sender = pool()
    file = computed(security, sender, FEBRUARY, SECOND)
    assert (file.problem, bool(file.done_at)) == ("", True)
    found = month(security, SECOND)
    assert (found.scheduled, found.curtailed) == (Decimal("398.20"), Decimal("500.00"))
    assert (found.paid_off, found.balance) == (Decimal("99900.45"), Decimal("299201.35"))
    assert found.factor == Decimal("0.74800338")
    assert (found.difference, found.tolerance, found.findings) == (0, Decimal("0.50"), [])
    assert (found.loan_count, found.paid_off_count, found.source) == (2, 1, "remittance")
    assert found.tape_version == file.version
    assert found.recorded_by == sender
    security.refresh_from_db()
    assert (security.month, security.factor) == (SECOND, found.factor)
    assert not Loan.objects.exists()  # rows of a pool's tape stay in its Parquet


def test_a_month_is_read_from_the_tape_where_nobody_says_it():
    security, _, sender = pool()
    rows = "\n".join(f"2026-02,{line}" for line in FEBRUARY.splitlines())
    file = computed(security, sender, rows, header="Reporting Period," + HEADER)
    assert file.month == SECOND
    assert month(security, SECOND).loan_count == 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (None, "does not say its month"),
        (date(2026, 1, 1), "first tape is of the month after"),
        (date(2199, 1, 1), "still to come"),
    ],
)
def test_a_tape_without_a_month_that_can_be_is_refused_in_a_sentence(said, sentence):
    security, _, sender = pool()
    file = computed(security, sender, FEBRUARY, said)
    assert sentence in file.problem
    assert PoolMonth.objects.filter(security=security).count() == 1  # the issue


def test_months_in_any_order_end_the_same():
    forward, _, first = pool()
    computed(forward, first, FEBRUARY, SECOND)
    computed(forward, first, MARCH, THIRD)
    backward, _, second = pool()
    computed(backward, second, MARCH, THIRD)
    assert figures(backward)[-1][2] == 2  # over two months until February is there
    computed(backward, second, FEBRUARY, SECOND)
    assert figures(forward) == figures(backward)
    assert month(backward, THIRD).version == 2


def test_a_correction_is_a_new_version_and_the_months_after_follow():
    security, _, sender = pool()
    computed(security, sender, FEBRUARY, SECOND)
    computed(security, sender, MARCH, THIRD)
    before = month(security, THIRD)
    computed(security, sender, FEBRUARY.replace("500.00", "0.00").replace("199300.90", "199800.90"), SECOND)
    assert month(security, SECOND).version == 2
    assert month(security, THIRD).version == 2
    assert PoolMonth.objects.filter(pk=before.pk, latest=False, factor=before.factor).exists()


def test_the_same_bytes_again_change_nothing():
    security, _, sender = pool()
    file = computed(security, sender, FEBRUARY, SECOND)
    again = sent(security, sender, FEBRUARY, SECOND)
    assert again.pk == file.pk
    assert remittances.compute(version_id=file.version_id, clock=timezone.now) is None
    assert month(security, SECOND).version == 1


def test_a_tape_sent_for_another_month_is_computed_for_it():
    security, _, sender = pool()
    file = computed(security, sender, FEBRUARY, THIRD)
    again = sent(security, sender, FEBRUARY, SECOND)
    assert (again.pk, again.month, again.done_at) == (file.pk, SECOND, None)
    remittances.compute(version_id=file.version_id, clock=timezone.now)
    assert month(security, SECOND).facts["months"] == 1


def test_one_worker_computes_a_file_and_another_takes_over_after_its_lease():
    security, _, sender = pool()
    file = matched(sent(security, sender, FEBRUARY, SECOND), sender)
    now = timezone.now()
    assert poolfiles.waiting(at=now) == [file.version_id]
    assert poolfiles.claim(version_id=file.version_id, at=now) is not None
    assert poolfiles.claim(version_id=file.version_id, at=now) is None
    assert poolfiles.waiting(at=now) == []
    later = now + poolfiles.LEASE + timedelta(seconds=1)
    assert poolfiles.waiting(at=later) == [file.version_id]
    assert remittances.compute(version_id=file.version_id, clock=lambda: later) == security
    assert poolfiles.waiting(at=later) == []


def test_what_fails_for_no_reason_that_a_sentence_names_is_tried_again_and_then_given_up(monkeypatch):
    security, _, sender = pool()
    file = matched(sent(security, sender, FEBRUARY, SECOND), sender)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(remittances, "computed", broken)
    for _ in range(poolfiles.MAX_ATTEMPTS):
        with pytest.raises(RuntimeError):
            remittances.compute(version_id=file.version_id, clock=timezone.now)
    file.refresh_from_db()
    assert "for a reason on our side" in file.problem
    assert poolfiles.waiting(at=timezone.now()) == []


def test_the_servicer_sends_the_months_of_its_pool_and_nobody_else():
    security, anna, sender = pool()
    manager = UserFactory(organization=sender.organization, roles=[Role.MANAGER])
    for stranger in (anna, UserFactory(roles=[Role.UPLOADER])):
        with pytest.raises(NotAllowed, match="come from its servicer"):
            sent(security, stranger, FEBRUARY, SECOND)
    computed(security, manager, FEBRUARY, SECOND)


def test_without_a_servicer_the_analyst_who_follows_the_pool_sends_its_months():
    security, anna, _ = pool(servicer=False)
    computed(security, anna, FEBRUARY, SECOND)
    security.refresh_from_db()
    assert (security.tape.organization, security.tape.purpose) == (anna.organization, "remittance")
    assert month(security, SECOND).loan_count == 2


def test_an_unreadable_file_gives_no_month():
    security, _, sender = pool()
    file = sent(security, sender, "", SECOND, header="\x00\x01\x02", name="tape.xlsx")
    assert file.version.status == "unreadable"
    assert poolfiles.waiting(at=timezone.now()) == []
