"""Loan-level files: histories of a pool, and months of the pools that somebody follows."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from django.utils import timezone

from loans.services.files import read_parquet
from portfolios.models import FactorFile, LoanHistory, PoolMonth
from portfolios.services.factorfiles import Unreadable, catch_up, import_file, lately_followed
from portfolios.services.factorfiles import loanlevel as service
from portfolios.services.factorfiles.loanlevel import LATELY
from tests.factories import SecurityFactory
from tests.portfolios import agencyfiles as agency

pytestmark = pytest.mark.django_db

STAYS, LEAVES = "F20Q10000001", "F20Q10000002"
HISTORY = [
    (STAYS, "202601", "100000.00", "0", "1", "359", "6.000", "", ""),
    (STAYS, "202602", "99900.00", "1", "2", "358", "6.000", "", ""),
    (STAYS, "202603", "99800.00", "2", "3", "357", "6.000", "", ""),
    (LEAVES, "202601", "200000.00", "0", "1", "359", "6.000", "", ""),
    (LEAVES, "202602", "0.00", "0", "2", "358", "6.000", "01", "199800.00"),
]


def take_text(folder, text, name="file.txt", **others) -> FactorFile:
    path = agency.written(folder, text, name)
    return import_file(path=path, name=name, by=None, at=timezone.now(), **others)


def months(security) -> list[PoolMonth]:
    return list(PoolMonth.objects.filter(security=security, latest=True).order_by("month"))


@pytest.fixture
def security():
    return SecurityFactory(name="Static", original_face=300_000)


@pytest.fixture
def followed():
    return SecurityFactory(name="ZZ0001", program="fannie_mae", original_face=400_000)


def test_a_history_becomes_the_months_of_its_pool(tmp_path, security):
    file = take_text(tmp_path, agency.freddie_history(HISTORY), security=security)
    assert (file.layout, file.rows, file.added, file.security) == ("freddie_sflld_performance", 5, 3, security)
    first, second, third = months(security)
    assert (str(first.factor), first.loan_count, first.wam, first.wala) == ("1.00000000", 2, 359, 1)
    assert (second.balance, second.loan_count, second.paid_off_count) == (Decimal("99900.00"), 1, 1)
    assert second.due == Decimal("99899.85") + second.paid_off
    assert second.scheduled + second.curtailed + second.paid_off == first.balance - second.balance
    assert (third.late_count, third.late_upb, third.paid_off) == (1, Decimal("99800.00"), 0)


def test_a_history_needs_its_pool(tmp_path):
    with pytest.raises(Unreadable, match="name the pool it belongs to"):
        take_text(tmp_path, agency.freddie_history(HISTORY))


def test_a_history_imported_twice_is_one_import_and_one_a_pool(tmp_path, security):
    text = agency.freddie_history(HISTORY)
    assert take_text(tmp_path, text, security=security) == take_text(tmp_path, text, security=security)
    other = take_text(tmp_path, text, security=SecurityFactory(original_face=300_000))
    assert other.added == 3
    assert PoolMonth.objects.count() == 6


def test_loan_months_are_kept_as_columns(tmp_path, security):
    file = take_text(tmp_path, agency.freddie_history(HISTORY, width=31), security=security)
    part = LoanHistory.objects.get(file=file)
    assert (part.rows, part.first_month, part.last_month) == (5, date(2026, 1, 1), date(2026, 3, 1))
    kept = read_parquet(part.loans)
    assert kept.filter(pl.col("exit") == "paid_off")["exit_upb"].to_list() == [199_800.0]
    assert "state" not in kept.columns


def test_the_newest_months_loans_are_kept_with_the_month(tmp_path, security):
    take_text(tmp_path, agency.freddie_history(HISTORY), security=security)
    first, _, third = months(security)
    assert read_parquet(third.loans)["loan_id"].to_list() == [STAYS]
    assert not first.loans


def test_an_import_that_fails_leaves_no_files_behind(tmp_path, security, monkeypatch):
    seen = []

    def fail(**others):
        seen.extend(LoanHistory.objects.values_list("loans", flat=True))
        raise RuntimeError

    monkeypatch.setattr(service, "record_months", fail)
    with pytest.raises(RuntimeError):
        take_text(tmp_path, agency.freddie_history(HISTORY), security=security)
    storage = LoanHistory._meta.get_field("loans").storage
    assert seen
    assert not any(storage.exists(name) for name in seen)
    assert not FactorFile.objects.exists()


def test_exits_of_the_fannie_mae_file(tmp_path, security):
    usual = {"Current Interest Rate": "6.000", "Remaining Months To Maturity": "350", "Loan Age": "10"}
    rows = []
    for place, code in enumerate(("01", "02", "03", "06", "09", "15", "16", "96"), start=1):
        loan = usual | {"Loan Identifier": f"10000000000{place}"}
        rows.append(loan | {"Monthly Reporting Period": "012026", "Current Actual UPB": "1000.00"})
        ended = {"Zero Balance Code": code, "UPB at the Time of Removal": "990.00", "Current Actual UPB": "0.00"}
        rows.append(loan | {"Monthly Reporting Period": "022026"} | ended)
    file = take_text(tmp_path, agency.fannie_history(rows), security=security)
    month = months(security)[-1]
    counts = (month.paid_off_count, month.repurchased_count, month.liquidated_count, month.removed_count)
    assert (file.layout, counts, month.loan_count) == ("fannie_sflp", (1, 1, 3, 3), 0)


def test_a_month_of_a_followed_pool_is_recorded(tmp_path, followed):
    rows = [{}, {"Loan Identifier": "ZZ0001000002", "Property State": "TX", "Days Delinquent": "65"}]
    others = [{"Security Identifier": "ZZ0002", "Loan Identifier": "ZZ0002000001"}]
    file = take_text(tmp_path, agency.gse_loans([*rows, *others]), name="FNM_MLLD_202608.txt")
    assert (file.month, file.rows, file.pools, file.added) == (date(2026, 8, 1), 3, 2, 1)
    (month,) = months(followed)
    assert (str(month.factor), month.loan_count, month.late_count) == ("0.75000000", 2, 1)
    assert (month.wac, month.wam, month.wala) == (Decimal("4.25"), 283, 77)
    assert read_parquet(month.loans)["dti"].to_list() == [None, None]


def test_a_month_without_a_name_is_told_by_the_ages_of_loans(tmp_path, followed):
    file = take_text(tmp_path, agency.gse_loans([{}], header=False))
    assert file.month == date(2026, 8, 1)
    assert "ages of most loans" in file.problems[0]["sentence"]


@pytest.mark.parametrize("order", [("202608", "202609"), ("202609", "202608")])
def test_a_loan_that_vanishes_counts_as_removed_in_whatever_order_months_come(tmp_path, followed, order):
    second = {"Loan Identifier": "ZZ0001000002"}
    later = {"Current Investor Loan UPB": "149000.00", "Remaining Months to Maturity": "282"}
    text = {"202608": agency.gse_loans([{}, second]), "202609": agency.gse_loans([later])}
    for month in order:
        take_text(tmp_path, text[month], name=f"FNM_MLLD_{month}.txt")
    first, after = months(followed)
    assert first.removed is None
    assert (after.removed_count, after.paid_off_count) == (1, 0)
    assert after.scheduled + after.curtailed + after.removed == first.balance - after.balance


def test_a_pool_that_is_followed_later_gets_the_months_that_came_before(tmp_path):
    second = {"Loan Identifier": "ZZ0001000002"}
    take_text(tmp_path, agency.gse_loans([{}, second]), name="FNM_MLLD_202608.txt")
    take_text(tmp_path, agency.gse_loans([{}]), name="FNM_MLLD_202609.txt")
    assert not PoolMonth.objects.exists()
    followed = SecurityFactory(name="ZZ0001", program="fannie_mae", original_face=400_000)
    others = SecurityFactory(name="ZZ0001", program="ginnie_i", original_face=400_000)
    given = {"by": None, "at": timezone.now()}
    assert (catch_up(security=followed, **given), catch_up(security=others, **given)) == (2, 0)
    first, after = months(followed)
    assert (first.loan_count, after.loan_count, after.removed_count) == (2, 1, 1)
    assert catch_up(security=followed, **given) == 0


def test_a_pool_whose_message_was_lost_is_caught_up_by_the_next_look():
    now = timezone.now()
    new, _ = SecurityFactory(created_at=now), SecurityFactory(created_at=now - LATELY)
    assert lately_followed(at=now) == [new.pk]


def test_ginnie_mae_loans_of_a_followed_pool(tmp_path):
    pool = SecurityFactory(name="AB1234", program="ginnie_ii", original_face=1_000_000)
    file = take_text(
        tmp_path, ginnie_loans([("0000000001", "00020000000", "N", " "), ("0000000002", "0" * 11, "Y", "1")])
    )
    assert (file.layout, file.month, file.rows, file.problem_count) == ("gnma_llmon", date(2026, 9, 1), 2, 0)
    (month,) = months(pool)
    assert (str(month.factor), month.loan_count, month.wac, month.wam) == ("0.20000000", 1, Decimal("4.5"), 340)


def ginnie_loans(loans) -> str:
    head = f"H{'GNMA_MBS_LL_MON_202608':<22}001 20260820260908"
    lines = [_ginnie_loan(*loan) for loan in loans]
    return "\n".join([head, f"P36000AAA1AB1234MSF202401011234{202608}", *lines, "Z"]) + "\n"


def _ginnie_loan(number: str, balance: str, left: str, reason: str) -> str:
    line = list(" " * 192)
    cells = {1: "L", 2: "AB1234", 8: number, 18: "1234", 41: "04500", 68: balance, 79: "360", 82: "020", 85: "340",
             88: "0", 94: "09650", 109: "700", 126: "1", 127: "TX", 135: left, 136: reason, 137: "202608"}  # fmt: skip
    for begin, text in cells.items():
        line[begin - 1 : begin - 1 + len(text)] = text
    return "".join(line)
