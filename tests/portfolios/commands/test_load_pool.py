"""`manage.py load_pool`: a pool with all its months from one file."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from accounts.roles import Role
from portfolios.models import PoolMonth, Security
from tests.factories import UserFactory

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
LOANS = """Loan Number,Note Rate,Balance at Cutoff,Remaining Term,State,Exit Month,Exit Code
1,4.0,100000.00,360,CA,,
2,4.5,200000.00,360,TX,202003,01
3,5.0,150000.00,180,CA,202002,65
"""


@pytest.fixture
def anna(db):
    return UserFactory(organization__kind="purchaser", organization__slug="meridian", roles=[Role.ANALYST])


def load(path, *options):
    out = StringIO()
    call_command("load_pool", path, "--organization=meridian", "--name=Pool A", *options, stdout=out, stderr=out)
    return out.getvalue()


def small(tmp_path, text=LOANS):
    path = tmp_path / "pool.csv"
    path.write_text(text)
    return path


def test_a_file_of_loans_becomes_a_pool_with_its_months(anna, tmp_path):
    said = load(small(tmp_path), "--coupon=3.5")
    assert "Exit Code                Why the loan left (95%)" in said
    assert "Pool A: 3 loans, original face 450,000.00, issued 2020-01" in said
    pool = Security.objects.get(name="Pool A")
    assert (pool.organization, pool.coupon, pool.loans_left) == (anna.organization, Decimal("3.5"), 1)
    months = PoolMonth.objects.filter(security=pool)
    assert [(month.month.month, month.loan_count, month.source) for month in months] == [
        (1, 3, "issue"),
        (2, 2, "loans"),
        (3, 1, "loans"),
    ]
    assert months[1].repurchased_count == 1
    assert months[2].paid_off_count == 1
    assert months[1].tape_version.filename == "pool.csv"
    assert months[1].loans


def test_the_same_file_again_changes_nothing(anna, tmp_path):
    load(small(tmp_path))
    assert "already" in load(small(tmp_path))
    assert PoolMonth.objects.count() == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LOANS.replace("3,5.0", "1,5.0"), "repeat a loan number"),
        (LOANS.replace("200000.00", ""), "have no balance"),
        (LOANS.replace("2,4.5", "2,"), "have no rate"),
        (LOANS.replace("202003", "").replace("202002", ""), "Say its issue month"),
        ("Loan Number,Note Rate\n1,4\n", "No column fills"),
    ],
)
def test_a_file_that_makes_no_pool_is_refused_in_a_sentence(anna, tmp_path, text, sentence):
    with pytest.raises(CommandError, match=sentence):
        load(small(tmp_path, text))
    assert not Security.objects.exists()


def test_an_exit_before_the_issue_is_refused(anna, tmp_path):
    with pytest.raises(CommandError, match="not after the issue month"):
        load(small(tmp_path), "--issued=2020-02")


def test_without_an_analyst_nobody_follows_the_pool(tmp_path, db):
    UserFactory(organization__kind="purchaser", organization__slug="meridian", roles=[Role.REVIEWER])
    with pytest.raises(CommandError, match="no analyst"):
        load(small(tmp_path))


@pytest.mark.real_data
def test_a_real_pool_is_loaded_as_it_was_published(anna):
    path = DATA / "real_pool_A_loans.csv"
    if not path.exists():
        pytest.skip("the local loan data is not beside the repository")
    said = load(path)
    assert "kept aside" not in said
    pool = Security.objects.get(name="Pool A")
    published = pl.read_csv(DATA / "real_pool_A_months.csv").rows(named=True)
    months = PoolMonth.objects.filter(security=pool).order_by("month")
    assert months.count() == len(published) == 73
    for month, row in zip(months, published, strict=True):
        assert f"{month.month:%Y%m}" == str(row["period"])
        assert abs(month.factor - Decimal(f"{row['factor']:.8f}")) <= Decimal("1e-8")
        assert (month.loan_count, round(month.effective_loans, 2)) == (row["loans"], row["neff"])
