"""Matching the columns of a tape: by header, by values, by layout and by the lender's saved mapping."""

import json
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
from loans.domain.mapping import (
    ColumnMatch,
    MappedColumn,
    Mapping,
    Profile,
    Proposal,
    Transform,
    header_signature,
    profile,
    propose,
    transform_for,
)

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def text_batch(columns: dict[str, list[str | None]], first: int = 1) -> pl.DataFrame:
    rows = len(next(iter(columns.values()), []))
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.insert_column(0, pl.int_range(first, first + rows, dtype=pl.Int64, eager=True).alias("row_no"))


def proposed(columns: dict[str, list[str | None]], **known) -> Proposal:
    return propose(profile([text_batch(columns)]), **known)


def match_of(header: str, values: list[str | None], **known) -> ColumnMatch:
    return proposed({header: values}, **known).matches[0]


AMOUNTS = ["312000", "448500.00", "97250", "205000"]
RATES = ["3.125", "2.875", "4.25", "6.5"]
DATES = ["03/01/2021", "11/01/2019", "07/15/2022", "12/31/2020"]


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
    ("header", "values", "scale", "words"),
    [
        ("LTV", ["0.7843", "0.8", "0.6119"], 100, "0.7843 becomes 78.43%"),
        ("Rate", ["0.0405", "0.0296", "0.0625"], 100, "0.0405 becomes 4.05%"),
        ("DTI", ["0.41", "0.33", "0.5"], 100, "multiplied by 100"),
        ("Servicing Fee", ["0.0025", "0.0046"], 100, "fractions"),
        ("Servicing Fee", ["25", "37.5"], 0.01, "basis points"),
        ("Rate", ["6.5%", "3.25%"], 1, ""),
        ("LTV", ["78.43", "80", "61.19"], 1, ""),
        ("Loan Term", ["30", "15", "30"], 12, "30 becomes 360"),
        ("Loan Term", ["360", "180", "240"], 1, ""),
    ],
)
def test_units_are_recognized_by_the_size_of_the_values(header, values, scale, words) -> None:
    match = match_of(header, values)
    assert match.transform.scale == scale
    assert words in match.reason


def test_workbook_percent_cells_are_fractions_even_when_large() -> None:
    match = match_of("LTV", ["1.6", "1.7", "1.8"], percent_columns={"LTV"})
    assert match.transform.scale == 100


def test_a_guessed_unit_needs_a_look() -> None:
    assert match_of("Loan Term", ["30", "15"]).needs_eye
    assert match_of("LTV", ["0.8", "0.7", "0.75", "80", "0.6", "0.9", "95"]).needs_eye
    assert not match_of("LTV", ["0.8", "0.7"]).needs_eye


@pytest.mark.parametrize(
    ("values", "order", "ambiguous"),
    [
        (["03/31/2021", "01/02/2021"], "mdy", False),
        (["31/03/2021", "01/02/2021"], "dmy", False),
        (["03/04/2021", "01/02/2021"], "mdy", True),
        (["03/01/2021", "11/01/2021"], "mdy", False),
        (["31/03/2021", "03/31/2021", "01/20/2021"], "mdy", True),
        (["2021-03-04", "2021-01-02"], "ymd", False),
        (["20210304", "20191231"], "ymd", False),
        (["03042021", "12312019"], "mdy", False),
        (["202103", "201912"], "ym", False),
        (["032021", "122019"], "my", False),
        (["44259", "43830"], "excel", False),
        (["2018-08-19 00:00:00", "2020-09-09 00:00:00"], "ymd", False),
    ],
)
def test_the_order_of_dates_comes_from_all_values_of_the_column(values, order, ambiguous) -> None:
    transform = match_of("Note Date", values).transform
    assert (transform.date_order, transform.ambiguous) == (order, ambiguous)


def test_an_open_date_order_is_settled_by_another_column_or_asked() -> None:
    open_dates = ["03/04/2021", "01/02/2021", "05/06/2021", "07/08/2021"]
    alone = match_of("Note Date", open_dates)
    assert alone.needs_eye
    assert "No value tells day from month" in alone.reason
    assert alone.transform.ambiguous
    beside = proposed({"Note Date": open_dates, "Fund Date": ["31/03/2021", "02/02/2021", "03/03/2021", "04/04/2021"]})
    assert beside.matches[0].transform.date_order == "dmy"
    assert not beside.matches[0].needs_eye


def test_codes_are_translated_and_unknown_ones_are_named_with_their_count() -> None:
    match = match_of("Occ", ["O"] * 10 + ["N"] * 5 + ["S", "V", "V"])
    assert match.transform.codes == {"O": "PrimaryResidence", "N": "Investment", "S": "SecondHome"}
    assert match.field == "occupancy"
    assert match.word == "Likely"
    assert match.needs_eye
    assert "Code V (2 loans) is unknown." in match.reason
    assert match.valid == 16


def test_a_purpose_that_names_the_refinance_answers_both_fields() -> None:
    mapping = proposed({"Purpose": ["P", "C", "N", "P"]}).mapping()
    assert mapping.fields == ("loan_purpose", "refinance_cash_out_type")
    second = mapping.columns["Purpose"].second
    assert second
    assert second.transform.codes == {"C": "CashOut", "N": "NoCashOut"}
    assert second.transform.null_codes == ("P",)
    assert proposed({"Purpose": ["P", "R", "P"]}).matches[0].second is None


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


def test_the_saved_mapping_comes_first_while_the_values_fit() -> None:
    saved = Mapping(
        {
            "Bal": MappedColumn("current_upb"),
            "OCC": MappedColumn("occupancy", Transform(codes={"V": "SecondHome"})),
            "Rate": MappedColumn(None),
            "When": MappedColumn("note_date"),
        }
    )
    tape = {"bal": AMOUNTS, "Occ": ["O", "V", "O", "O"], "Rate": RATES, "When": ["Ann", "Bob", "Cy", "Di"]}
    by_column = {match.column: match for match in proposed(tape, saved=saved).matches}
    assert (by_column["bal"].field, by_column["bal"].how) == ("current_upb", "saved")
    assert by_column["Occ"].transform.codes["V"] == "SecondHome"
    assert not by_column["Occ"].needs_eye
    assert (by_column["Rate"].field, by_column["Rate"].how) == (None, "saved")
    assert by_column["When"].field is None


def test_a_saved_scale_that_no_longer_fits_is_replaced_and_pointed_out() -> None:
    saved = Mapping({"LTV": MappedColumn("ltv", Transform(scale=100))})
    match = match_of("LTV", ["80", "75", "60"], saved=saved)
    assert match.transform.scale == 1
    assert match.needs_eye


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


def test_mappings_and_profiles_survive_json() -> None:
    seen = profile([text_batch({"Purpose": ["P", "C"], "Note Date": DATES[:2], "LTV": ["0.8", None], "x": ["a", "b"]})])
    mapping = propose(seen).mapping()
    assert Mapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping
    assert Mapping.from_json(json.dumps(mapping.to_json())) == mapping
    assert Profile.from_json(json.loads(json.dumps(seen.to_json()))) == seen
    assert Mapping.from_json({}) == Mapping({})


def test_the_header_signature_ignores_order_case_and_punctuation() -> None:
    assert header_signature(["Loan #", "UPB"]) == header_signature(["upb", "loan"])
    assert header_signature(["a"]) != header_signature(["a", "b"])


def test_a_person_may_choose_another_field_and_its_transform_follows() -> None:
    seen = profile([text_batch({"Pct": ["0.8", "0.75", "0.6"]})])
    mapping = propose(seen).mapping().with_column("Pct", "cltv", transform_for(seen["Pct"], "cltv"))
    assert mapping.columns["Pct"] == MappedColumn("cltv", Transform(scale=100))
    assert mapping.with_column("Pct", None).unmapped == ("Pct",)
    with pytest.raises(KeyError):
        mapping.with_column("Pct", "no_such_field")
    with pytest.raises(KeyError):
        mapping.with_column("gone", "ltv")


def test_profile_counts_all_batches_and_looks_at_the_head() -> None:
    first, second = text_batch({"a": ["1", None, "x"]}), text_batch({"a": ["$2.50", "", None]}, first=4)
    column = profile([first, second])["a"]
    assert (column.rows, column.filled, column.known, column.numbers) == (6, 4, 3, 2)
    assert profile([]).columns == ()
    assert profile([text_batch({"a": []})])["a"].filled == 0


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
    assert mapping.header_of["scheduled_upb"] == "balance_at_cutoff"


@pytest.mark.parametrize(
    ("header", "texts", "field"),
    [
        ("Note Date", ["31/02/2026"], "note_date"),
        ("Note Amount", ["2500x0"], "note_amount"),
        ("Occupancy", ["QQ"], "occupancy"),
        ("Note Date", ["soon", "later"], None),
        ("Note Amount", ["2026-01-05", "2026-02-05"], None),
    ],
)
def test_spoiled_cells_under_a_sure_header_are_kept_for_a_persons_eye(header, texts, field) -> None:
    match = match_of(header, texts)
    assert match.field == field
    assert field is None or (match.needs_eye and match.confidence < 0.5)


def test_a_masked_zip_of_freddie_mac_that_lost_its_zeros_gets_them_back() -> None:
    batch = text_batch({"POSTAL_CODE": ["60600", "700", "2800"]})
    seen = profile([batch])
    proposal = propose(seen, layout=LAYOUTS["freddie_sflld"].bound_to(["POSTAL_CODE"]))
    assert cast(batch, proposal.mapping()).typed["property_zip"].to_list() == ["60600", "00700", "02800"]
