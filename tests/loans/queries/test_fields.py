"""Fields of single loans come from the parts of their tape, with the types that pages and rules expect."""

from datetime import date
from decimal import Decimal

import pytest

from loans.domain.fields import FIELD
from loans.models import Loan
from loans.queries.fields import fields_by_row, fields_of
from loans.services import texts
from tests import snapshots
from tests.factories import UserFactory
from tests.loans.services.tapes_of import checked, csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def version_id(monkeypatch) -> int:
    """A checked tape of seven loans in parts of three; the fifth has no balance, the sixth nothing but a number."""
    monkeypatch.setattr(texts, "PART_ROWS", 3)
    return snapshots.made_once("tape in three parts", in_three_parts)


def in_three_parts() -> int:
    blank = {"Current UPB": "", "Note Amount": "", "LTV": ""}
    content = csv_of({}, {}, {"Note Rate": "6.1234567"}, {}, {"Current UPB": ""}, blank, {"Loan Number": ""})
    return checked(UserFactory(), content).version_id


def test_a_loan_has_every_field_with_its_type(version_id):
    loan = fields_of(version_id, 4)
    assert set(FIELD) <= set(loan)
    assert (loan["loan_id"], loan["credit_score"], loan["note_date"]) == ("7000388107", 742, date(2021, 1, 15))
    assert str(loan["current_upb"]) == "288410.22"
    assert str(loan["note_amount"]) == "312000.00"
    assert str(loan["ltv"]) == "78.000000"
    assert loan["borrower_ssn"] is None


def test_ratios_are_rounded_to_six_places(version_id):
    assert fields_of(version_id, 3)["note_rate"] == Decimal("6.123457")


@pytest.mark.parametrize("row_no", [0, 8, 50_001])
def test_a_row_the_tape_does_not_have_is_empty(version_id, row_no):
    assert fields_of(version_id, row_no) == {}


def test_rows_of_several_parts_are_read_with_a_query_in_all(version_id, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = fields_by_row(version_id, [7, 2, 1], ("ltv", "pool_id"))
    assert {row: (loan["ltv"], loan["pool_id"]) for row, loan in found.items()} == {
        1: (78, None),
        2: (78, None),
        7: (78, None),
    }
    assert fields_by_row(version_id, []) == {}


def test_the_table_keeps_number_and_balance(version_id):
    kept = Loan.objects.filter(version_id=version_id).values_list("loan_id", "upb")
    assert list(kept)[3:] == [
        ("7000388107", Decimal("288410.22")),
        ("7000388108", Decimal("312000.00")),
        ("7000388109", Decimal("0.00")),
        (None, Decimal("288410.22")),
    ]
