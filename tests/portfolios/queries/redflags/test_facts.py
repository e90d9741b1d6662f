"""What flags are judged by comes from the published line, the tape, the loans and the pools alike."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from portfolios.domain.securities import MonthSource
from portfolios.models import FactorFile, PublishedFactor, PublishedPool, Security
from portfolios.services import poolmonths, redflags
from tests.portfolios.paydowns import NOW, figures, pool, record

pytestmark = pytest.mark.django_db
SLOW = [0.51] * 9
OCTOBER = date(2025, 10, 1)


def publish(security: Security, factor: Decimal, *, reissue: bool = False, balance: Decimal | None = None) -> None:
    """The newest month as an agency published it."""
    made = PublishedPool.objects.create(program=security.program, pool_number=f"MA{security.pk}")
    file = FactorFile.objects.create(sha256=f"{security.pk}", name="fd.txt", layout="fd", imported_at=NOW)
    PublishedFactor.objects.create(
        pool=made, month=OCTOBER, factor=factor, balance=balance, file=file, correction=reissue
    )
    Security.objects.filter(pk=security.pk).update(published=made)
    security.refresh_from_db()


def codes(security: Security) -> list[str]:
    now = NOW.replace(year=2025, month=10, day=20)  # November's factor is not due yet
    return [flag.code for flag in redflags.watch(security=security, at=now)]


def test_a_published_factor_that_agrees_raises_nothing():
    security = pool(SLOW)
    publish(security, security.factor, balance=security.balance)
    assert codes(security) == []


def test_a_published_factor_that_does_not_agree_says_by_how_much():
    security = pool(SLOW)
    publish(security, security.factor + Decimal("0.00000412"))
    assert codes(security) == ["disagrees"]
    assert "Apart by 0.00000412, $412.00." in security.flags.get().sentence


def test_the_balance_of_the_file_is_held_against_face_times_factor():
    security = pool(SLOW)
    publish(security, security.factor, balance=security.balance + 1)
    assert codes(security) == ["balance"]


def test_a_reissued_month_is_marked_and_a_second_tape_is_not():
    security = pool(SLOW)
    record(security, [replace(month, loan_count=399) for month in figures(security, SLOW)])
    assert codes(security) == []
    publish(security, security.factor, reissue=True)
    assert codes(security) == ["corrected"]


def test_removals_late_loans_and_findings_of_the_tape():
    security = pool(SLOW)
    fatal = {"code": "RT-1", "severity": "fatal", "sentence": "Loan 7 came back.", "numbers": {}}
    months = [
        replace(month, late_upb=month.balance * (3 if at > 6 else 1) / 100)
        for at, month in enumerate(figures(security, SLOW))
    ]
    paid = {"scheduled": Decimal(90_000), "paid_off": Decimal(300_000), "repurchased": Decimal(150_000)}
    months[-1] = replace(months[-1], findings=[fatal], **paid)
    record(security, months)
    assert codes(security) == ["tape_findings", "delinquency", "removals"]
    assert "33%" in security.flags.get(code="removals").sentence


def test_a_tape_that_is_apart_from_the_security():
    security = pool(SLOW)
    months = figures(security, SLOW)
    months[-1] = replace(months[-1], difference=Decimal("100.01"))
    record(security, months)
    assert codes(security) == ["tape"]


def test_the_loans_of_the_months_tell_who_drives_the_prepayments():
    security = pool(SLOW)
    names = ["0417"] * 112 + ["0230"] * 288
    start = pl.DataFrame({"loan_id": [str(at) for at in range(400)], "servicer": names}).with_columns(
        balance=pl.lit(200_000.0), rate=pl.lit(6.0), remaining=pl.lit(350)
    )
    end = start.filter(~pl.col("loan_id").cast(pl.Int64).is_between(0, 19))
    frames = {date(2025, 9, 1): start, OCTOBER: end}
    months = figures(security, SLOW)[-2:]
    poolmonths.record_months(security=security, months=months, source=MonthSource.LOANS, by=None, at=NOW, loans=frames)
    assert codes(security) == ["servicer_drives"]
    assert "Servicer 0417 holds 28% of the balance and 100%" in security.flags.get().sentence
    assert codes(security) == ["servicer_drives"]


def test_pools_alike_are_a_yardstick_once_there_are_enough():
    fast = pool([0.51] * 9, forecast={"kind": "CPR", "values": [60]})
    alike = [pool([0.1] * 9, created_by=fast.created_by) for _ in range(4)]
    assert "fast_cohort" not in codes(fast)
    alike.append(pool([0.1] * 9, created_by=fast.created_by))
    assert codes(fast) == ["fast_cohort"]
    assert fast.flags.filter(code="fast_cohort").count() == 6


def test_a_gap_is_a_missing_factor_until_it_is_filled():
    security = pool(SLOW)
    security.months.filter(month=date(2025, 6, 1)).delete()
    codes(security)
    gap = security.flags.get(code="missing")
    assert (gap.month, gap.announced, gap.current) == (date(2025, 6, 1), False, False)
    record(security, figures(security, SLOW))
    codes(security)
    gap.refresh_from_db()
    assert gap.withdrawn_at is not None
