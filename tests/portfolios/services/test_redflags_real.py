"""The flags of a real pool of 1,468 loans month by month: the refinancing of 2020 and 2021, and quiet around it."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from portfolios.domain.poolmonth import MonthFigures
from portfolios.models import RedFlag, Security
from portfolios.services import redflags
from tests.factories import SecurityFactory
from tests.portfolios.paydowns import NOW, record

MONTHS = Path(settings.BASE_DIR).parent / "shared" / "data" / "real_pool_A_months.csv"
pytestmark = [pytest.mark.real_data, pytest.mark.django_db]


def figures(row: dict[str, str], before: Decimal | None) -> MonthFigures:
    paid = Decimal(row["scheduled_principal"]) if row["scheduled_principal"] else None
    return MonthFigures(
        month=date(int(row["period"][:4]), int(row["period"][4:]), 1),
        factor=Decimal(row["factor"]),
        balance=Decimal(row["balance"]),
        loan_count=int(row["loans"]),
        effective_loans=float(row["neff"]),
        top_state=row["top_state"],
        top_state_share=float(row["top_state_share_pct"]),
        wac=Decimal(row["wac_pct"]),
        scheduled=paid,
        due=before - paid if before is not None and paid is not None else None,
    )


@pytest.fixture
def pool() -> Security:
    if not MONTHS.is_file():
        pytest.skip(f"{MONTHS.name} is not beside the repository")
    with MONTHS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    balances = [None, *(Decimal(row["balance"]) for row in rows)]
    security = SecurityFactory(
        name="Pool A", original_face=Decimal(rows[0]["balance"]), issued_on=date(2017, 9, 1), wac=Decimal("4.07655"),
        remaining=360, age=0, forecast={"kind": "PSA", "values": [150]},
    )  # fmt: skip
    return record(security, [figures(row, before) for row, before in zip(rows, balances, strict=False)])


def months(flags) -> list[str]:
    return [f"{flag.month:%Y-%m}" for flag in flags.order_by("month")]


def test_a_real_pool_month_by_month(pool):
    now = redflags.watch(security=pool, at=NOW)
    fast = pool.flags.filter(code="fast", level=RedFlag.RED)
    assert set(months(fast)) >= {f"{year}-{month:02}" for year in (2020, 2021) for month in range(4, 13)}
    assert not [month for month in months(fast) if not "2019-09" <= month <= "2022-07"]
    assert months(pool.flags.filter(kind="data")) == []
    assert months(pool.flags.filter(code__in=["few_loans", "large_loan", "state_share"])) == []
    assert [(flag.code, flag.level) for flag in now] == [("under_path", RedFlag.RED)]
    assert pool.flags.filter(code="under_path").order_by("month").first().month == date(2019, 10, 1)
