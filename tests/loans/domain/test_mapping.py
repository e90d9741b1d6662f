"""Matching the columns of a tape: by header, by values, by layout, and those of real tapes."""

import random
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loans.domain.casting import cast
from loans.domain.fields import COLLISIONS, FIELD, FIELDS, normalize
from loans.domain.formats import LAYOUTS
from loans.domain.formats.layouts import Layout
from loans.domain.mapping import profile, propose
from tests.loans.domain.proposals import AMOUNTS, DATES, RATES, match_of, proposed, text_batch

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


@pytest.mark.parametrize(
    ("header", "values", "field", "word"),
    [
        ("note_amount", AMOUNTS, "note_amount", "Exact"),
        ("NoteAmount", AMOUNTS, "note_amount", "Exact"),
        ("Original note amount", AMOUNTS, "note_amount", "Exact"),
        ("Note Amt", AMOUNTS, "note_amount", "Sure"),
        ("Cur Prin Bal", ["$288,410.22", "$431,077.90", "$1,500.00"], "current_upb", "Sure"),
        ("Original Bal ($)", AMOUNTS, "note_amount", "Sure"),
        ("NoteRate", RATES, "note_rate", "Exact"),
        ("FPD", DATES, "first_payment_date", "Sure"),
        ("CreditScore_Rep", ["781", "702", "744"], "credit_score", "Sure"),
        ("LTV1", ["78.43", "80", "61.19"], "ltv", "Likely"),
        ("Prop ST", ["OR", "WA", "CA"], "property_state", "Sure"),
        ("12Mo Pay", ["CCCCCCCCCCCC", "C1CCCCCCCCCC"], "pay_history_12", None),
        ("Borr Frst Nm", ["Ann", "Bob"], "borrower_first_name", "Sure"),
        ("USR_FLD_07", ["Y", None, "Y"], None, "No match"),
        ("Originl Balnce", AMOUNTS, "note_amount", "Unsure"),
    ],
)
def test_headers_find_their_fields(header: str, values: list[str | None], field: str | None, word: str | None) -> None:
    match = match_of(header, values)
    assert match.field == field
    assert word is None or match.word == word


UNSHARED = [field for field in FIELDS if normalize(field.name) not in COLLISIONS]


@pytest.mark.parametrize("field", UNSHARED, ids=lambda field: field.name)
def test_every_field_is_found_by_its_own_name(field) -> None:
    assert match_of(field.name, [None]).field == field.name


def test_a_header_whose_values_do_not_fit_is_not_believed() -> None:
    assert match_of("Rate", DATES).field is None
    assert match_of("First Payment Date", ["Ann", "Bob", "Cy"]).field is None
    assert match_of("State", AMOUNTS).field is None


def test_values_choose_between_two_meanings_of_one_header() -> None:
    assert match_of("Escrow ($)", ["229", "320.33", "673.85"]).field == "escrow_monthly_payment"
    assert match_of("Escrow", ["Y", "N", "Y"]).field == "escrow_indicator"


def test_age_is_the_borrowers_only_beside_a_birth_date() -> None:
    ages = ["34", "51", "47", "29"]
    assert match_of("Age", ages).field == "loan_age_months"
    both = proposed({"DOB": ["01/31/1980", "05/05/1971", "02/14/1990", "12/30/1965"], "Age": ages})
    assert both.mapping().header_of["borrower_age"] == "Age"


def test_the_better_column_wins_and_the_other_takes_its_next_field_or_none() -> None:
    tape = {"Loan Number": ["1", "2", "3"], "Acct": ["7", "8", "9"], "Current UPB": AMOUNTS[:3], "Balance": AMOUNTS[:3]}
    fields = {match.column: match.field for match in proposed(tape).matches}
    assert fields == {"Loan Number": "loan_id", "Acct": None, "Current UPB": "current_upb", "Balance": None}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["OR", "WA", "CA", "TX"], "property_state"),
        (["07030", "97201", "60614", "10001"], "property_zip"),
        (["781", "702", "744", "690"], "credit_score"),
        (["PrimaryResidence", "SecondHome", "PrimaryResidence"], "occupancy"),
        (["K4471", "K4502", "K4503"], None),
    ],
)
def test_values_alone_give_only_an_unsure_guess(values, field) -> None:
    match = match_of("col_17", values)
    assert match.field == field
    if field:
        assert match.word == "Unsure"
        assert match.how == "values"
        assert match.needs_eye == FIELD[field].core


def test_empty_columns_keep_their_header_match_and_ask_nothing() -> None:
    match = match_of("MI Cert", [None, None])
    assert (match.field, match.needs_eye, match.filled) == ("mi_certificate", False, 0)
    assert "Empty in every row." in match.reason


def test_missing_core_fields_are_named_and_one_of_maturity_date_and_term_is_enough() -> None:
    missing = {field.name for field in proposed({"Loan ID": ["1", "2"], "Maturity Date": DATES[:2]}).missing_core}
    assert "note_amount" in missing
    assert not missing & {"loan_id", "maturity_date", "maturity_term_months"}


LAYOUT = Layout(
    "trial",
    "A trial layout",
    field_of={"A": "credit_score", "B": "loan_purpose", "C": "first_payment_date", "D": "property_zip"},
    second_field_of={"B": "refinance_cash_out_type"},
    null_codes={"A": frozenset({"9999"})},
    value_maps={"loan_purpose": {"X": "Refinance", "0": None}, "refinance_cash_out_type": {"X": "CashOut", "0": None}},
    date_orders={"C": "my"},
    required=("credit_score", "ltv"),
    constants={"mortgage_type": "Conventional"},
    masked_zip=True,
)


def test_a_layout_decides_alone() -> None:
    tape = {"A": ["720", "9999"], "B": ["X", "0"], "C": ["032021", "042021"], "D": ["606", "070"], "Rate": ["3", "4"]}
    proposal = proposed(tape, layout=LAYOUT)
    assert [match.field for match in proposal.matches] == [*LAYOUT.field_of.values(), None]
    assert {match.word for match in proposal.matches[:4]} == {"Exact"}
    assert [field.name for field in proposal.missing_core] == ["ltv"]
    mapping = proposal.mapping()
    assert mapping.constants == {"mortgage_type": "Conventional"}
    assert mapping.columns["A"].transform.null_codes == ("9999",)
    assert mapping.columns["B"].transform.codes == {"X": "Refinance"}
    assert mapping.columns["B"].second.transform.codes == {"X": "CashOut"}
    assert mapping.columns["C"].transform.date_order == "my"
    assert mapping.columns["D"].transform.zip3


HEADERS = [alias for field in FIELDS for alias in (field.name, *field.headers[:3])]
CELLS = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from([*AMOUNTS, *RATES, *DATES, "Y", "CA", "0.8", "N/A", "="])
)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=12, unique=True), st.data())
def test_the_proposal_is_one_to_one_and_does_not_depend_on_the_order_of_columns(headers, data) -> None:
    tape = {header: data.draw(st.lists(CELLS, min_size=4, max_size=4)) for header in headers}
    proposal = proposed(tape)
    fields = [match.field for match in proposal.matches if match.field]
    assert len(fields) == len(set(fields))
    assert [match.column for match in proposal.matches] == headers
    shuffled = random.Random(7).sample(headers, len(headers))
    again = proposed({header: tape[header] for header in shuffled})
    assert {match.column: match.field for match in again.matches} == {m.column: m.field for m in proposal.matches}


def real(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the repository")
    return path


MSR = {
    "Loan ID": "loan_id",
    "Loan Type": "mortgage_type",
    "Purpose": "loan_purpose",
    "Investor": None,
    "Orig Date": "note_date",
    "Original Bal ($)": "note_amount",
    "Current UPB ($)": "current_upb",
    "Rate": "note_rate",
    "Net Serv Fee": "servicing_fee",
    "Rem Term": "remaining_term_months",
    "Maturity": "maturity_date",
    "P&I ($)": "initial_pi_payment",
    "Escrow ($)": "escrow_monthly_payment",
    "Total Pmt ($)": "housing_expense",
    "Status": "delinquency_status",
    "Next Due Date": "next_due_date",
}


@pytest.mark.real_data
def test_servicing_tapes_are_understood() -> None:
    for path in sorted(real("msr_tapes").glob("*.xlsx")):
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=2, dtypes="string").to_polars()
        proposal = proposed({name: sheet[name].to_list() for name in sheet.columns})
        assert {match.column: match.field for match in proposal.matches} == MSR, path.name
        columns = proposal.mapping().columns
        assert columns["Rate"].transform.scale == columns["Net Serv Fee"].transform.scale == 100
        assert columns["Maturity"].transform.date_order == "ymd"


@pytest.mark.real_data
def test_the_real_pool_is_understood() -> None:
    frame = pl.read_csv(real("real_pool_A_loans.csv"), infer_schema=False)
    mapping = proposed({name: frame[name].to_list() for name in frame.columns}).mapping()
    assert set(mapping.unmapped) == {"exit_period", "exit_code"}
    assert mapping.header_of["property_zip"] == "zip3"
    assert mapping.columns["zip3"].transform.zip3
    assert mapping.header_of["refinance_cash_out_type"] == "purpose"
    assert mapping.header_of["current_upb"] == "balance_at_cutoff"


def test_a_masked_zip_of_freddie_mac_that_lost_its_zeros_gets_them_back() -> None:
    batch = text_batch({"POSTAL_CODE": ["60600", "700", "2800"]})
    seen = profile([batch])
    proposal = propose(seen, layout=LAYOUTS["freddie_sflld"].bound_to(["POSTAL_CODE"]))
    assert cast(batch, proposal.mapping()).typed["property_zip"].to_list() == ["60600", "00700", "02800"]
