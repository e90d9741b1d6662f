"""MISMO ULDD deliveries: read by one walk a DEAL, written so that every canonical field comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loans.domain.fields import FIELD, FIELDS, Field, FieldType
from loans.domain.formats import OpenTape, open_tape
from loans.domain.formats.uldd_names import MISMO
from loans.domain.formats.uldd_write import write_uldd
from tests.loans.domain.formats.conftest import cells

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "tapes" / "two_deals.uldd.xml"
DERIVED = {"subordinate_amount"}


@pytest.fixture(scope="module")
def sample() -> OpenTape:
    return open_tape(SAMPLE, name=SAMPLE.name)


def by_field(tape: OpenTape, row: int = 0) -> dict[str, str | None]:
    """One row's text by canonical field."""
    frame = tape.head(row + 1)
    return {name: frame[column][row] for column, name in tape.layout.field_of.items()}


def test_a_delivery_is_recognized(sample: OpenTape) -> None:
    assert sample.container == "uldd"
    assert sample.layout.code == "uldd"
    assert sample.rows == 2
    assert [batch["row_no"].to_list() for batch in sample.batches(1)] == [[1], [2]]


def test_leaves_feed_their_fields(sample: OpenTape) -> None:
    loan = by_field(sample)
    assert loan["loan_id"] == "0012345"
    assert loan["note_amount"] == "240000.00"
    assert loan["note_rate"] == "6.1250"
    assert loan["current_upb"] == "239500.10"
    assert loan["property_state"] == "IL"
    assert loan["property_zip"] == "627010000"
    assert loan["cltv"] == "90.00"
    assert loan["enote_indicator"] == "false"
    assert loan["arm_initial_cap_up"] == "2.0000"
    assert loan["arm_periodic_cap"] == "1.0000"


def test_lists_are_joined(sample: OpenTape) -> None:
    loan = by_field(sample)
    assert loan["investor_feature_ids"] == "007;127"
    assert loan["unit_bedrooms"] == "3;2"


def test_borrowers_and_other_parties_are_told_apart(sample: OpenTape) -> None:
    loan = by_field(sample)
    assert loan["borrower_first_name"] == "Ann"
    assert loan["borrower_credit_score"] == "741"
    assert loan["coborrower_credit_score"] == "702"
    assert loan["mailing_address"] == "PO Box 1"
    assert loan["property_address"] == "12 Sample Street"
    assert loan["seller_id"] == "000111222"
    assert loan["originator_nmls_id"] == "123456"
    assert loan["originator_type"] == "Broker"
    assert sample.head(1)["FirstName[CoBorrower]"][0] == "Bob"


def test_related_loans_are_summed_and_kept_apart(sample: OpenTape) -> None:
    assert by_field(sample)["subordinate_amount"] == "30000.50"
    row = sample.head(1)
    assert row["UPBAmount[RelatedLoan 2]"][0] == "10000.50"
    assert row["LienPriorityType[RelatedLoan]"][0] == "SecondLien"
    assert by_field(sample)["lien_position"] == "FirstLien"


def test_property_type_and_debt_ratio_are_derived(sample: OpenTape) -> None:
    loan = by_field(sample)
    assert loan["property_type"] == "PUD"
    assert loan["dti"] == "37.50"


def test_a_deal_without_a_leaf_has_an_empty_cell(sample: OpenTape) -> None:
    loan = by_field(sample, row=1)
    assert loan["loan_id"] == "0012346"
    assert loan["ltv"] == "75.00"
    assert loan["note_amount"] is None


def test_dates_are_iso(sample: OpenTape) -> None:
    assert sample.layout.date_orders["NoteDate"] == "iso"


def test_every_field_is_fed_by_one_column(sample: OpenTape) -> None:
    fed = list(sample.layout.field_of.values())
    assert len(fed) == len(set(fed))
    assert set(fed) <= set(FIELD)


def value_for(field: Field, number: int) -> Any:
    """A value of the field's type that is different for every field and loan."""
    position = FIELDS.index(field)
    if field.type is FieldType.DECIMAL:
        return position + number / 8
    if field.type is FieldType.INTEGER:
        return 10 * position + number
    if field.type is FieldType.DATE:
        return date(2020, 1 + position % 12, 1 + number)
    if field.type is FieldType.BOOLEAN:
        return (position + number) % 2 == 0
    if field.type.is_list:
        return f"{position};{number}"
    return f"{field.name} <{number}> & “ñ”"


def as_text(value: Any) -> str:
    """The text a value has in a delivery."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else str(value)


def test_every_canonical_field_comes_back(tmp_path: Path) -> None:
    loans = [{field.name: value_for(field, number) for field in FIELDS} for number in range(1, 4)]
    path = tmp_path / "all.xml"
    write_uldd(pl.DataFrame(loans), path)
    tape = open_tape(path, name="all.xml")
    assert tape.rows == 3
    for number, loan in enumerate(loans):
        assert by_field(tape, number) == {name: as_text(value) for name, value in loan.items()}


def test_columns_that_are_no_field_and_nulls_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "few.xml"
    write_uldd(pl.DataFrame({"loan_id": ["A", "B"], "ltv": [80.0, None], "remark": ["x", "y"]}), path)
    tape = open_tape(path, name="few.xml")
    assert set(tape.columns) == {"SellerLoanIdentifier", "LTVRatioPercent"}
    assert cells(tape) == [("A", "80"), ("B", None)]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp")), min_size=1)
MONEY = st.floats(min_value=0, max_value=99_999_999, allow_nan=False).map(lambda amount: round(amount, 2))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(loans=st.lists(st.tuples(TEXT, MONEY, st.dates(), st.booleans()), min_size=1, max_size=8))
def test_written_values_come_back(tmp_path: Path, loans: list[tuple[str, float, date, bool]]) -> None:
    fields = ["loan_id", "note_amount", "note_date", "escrow_indicator"]
    path = tmp_path / "some.xml"
    write_uldd(pl.DataFrame(loans, schema=fields, orient="row"), path)
    tape = open_tape(path, name="some.xml")
    for number, (loan_id, amount, day, escrow) in enumerate(loans):
        found = by_field(tape, number)
        assert found["loan_id"] == loan_id
        assert float(found["note_amount"] or "") == amount
        assert (found["note_date"], found["escrow_indicator"]) == (day.isoformat(), str(escrow).lower())


def test_batches_across_spooled_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loans.domain.formats.uldd.SPOOL_ROWS", 7)
    path = tmp_path / "many.xml"
    rates = [6.5 if number > 20 else None for number in range(30)]
    write_uldd(pl.DataFrame({"loan_id": [f"L{number}" for number in range(30)], "note_rate": rates}), path)
    tape = open_tape(path, name="many.xml")
    batches = list(tape.batches(8))
    assert [batch.height for batch in batches] == [8, 8, 8, 6]
    frame = pl.concat(batches)
    assert frame["SellerLoanIdentifier"].to_list() == [f"L{number}" for number in range(30)]
    assert frame["NoteRatePercent"].null_count() == 21


def test_messages_of_the_later_standard_name_the_loan_and_the_price(tmp_path: Path) -> None:
    """MISMO 3.4: a type says whose number a loan number is, and the price stands in the sales contract."""
    number = "<LOAN_IDENTIFIER><LoanIdentifier>{}</LoanIdentifier><LoanIdentifierType>{}</LoanIdentifierType>"
    number += "</LOAN_IDENTIFIER>"
    numbers = number.format("A-1", "LenderLoan") + number.format("100012345678901234", "MERS_MIN")
    loan = f'<LOAN LoanRoleType="SubjectLoan"><LOAN_IDENTIFIERS>{numbers}</LOAN_IDENTIFIERS></LOAN>'
    price = "<SALES_CONTRACT><SalesContractAmount>425000</SalesContractAmount></SALES_CONTRACT>"
    path = tmp_path / "application.xml"
    path.write_text(f'<MESSAGE xmlns="{MISMO}"><DEAL>{price}<LOANS>{loan}</LOANS></DEAL></MESSAGE>')
    tape = open_tape(path, name=path.name)
    fed = by_field(tape)
    assert fed == {"loan_id": "A-1", "mers_min": "100012345678901234", "sales_price": "425000"}
