"""Casting text batches: blanks, codes and identifiers, what a problem names, and the frames that come out."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loans.domain.casting import PROBLEM_SCHEMA, cast
from loans.domain.fields import FIELD, FIELDS, NULL_TOKENS
from loans.domain.mapping import MappedColumn, Mapping, Transform
from tests.loans.domain.cells import read, value


@pytest.mark.parametrize("text", ["nan", "NaT", "<NA>", "N/A", "n/a", " NULL ", "-", "--", "none", "", " ", "'"])
def test_null_tokens_are_blank_without_a_finding(text: str) -> None:
    assert read("note_amount", [text]) == ([None], {})


@pytest.mark.parametrize(
    ("text", "code"),
    [("#N/A", "DV-017"), ("#REF!", "DV-017"), ("TBD", "DV-019"), ("unknown", "DV-019"), ("XX", "DV-019")],
)
@pytest.mark.parametrize(
    "field", ["note_amount", "note_date", "occupancy", "escrow_indicator", "borrower_last_name", "units"]
)
def test_error_cells_and_placeholders(field: str, text: str, code: str) -> None:
    assert read(field, [text]) == ([None], {1: code})


@pytest.mark.parametrize("text", ["Y", "yes", "T", "TRUE", "1", "x", " y "])
def test_yes(text: str) -> None:
    assert value("escrow_indicator", text) is True


@pytest.mark.parametrize("text", ["N", "no", "F", "false", "0"])
def test_no(text: str) -> None:
    assert value("escrow_indicator", text) is False


def test_yes_and_no_of_a_field_of_its_own() -> None:
    assert read("servicing_released", ["Released", "retained", "Y", "perhaps"]) == (
        [True, False, True, None],
        {4: "DV-008"},
    )


@pytest.mark.parametrize(
    ("field", "text", "meaning"),
    [
        ("occupancy", "PrimaryResidence", "PrimaryResidence"),
        ("occupancy", "owner-occupied", "PrimaryResidence"),
        ("occupancy", "NOO", "Investment"),
        ("loan_purpose", "Cash-Out", "Refinance"),
        ("valuation_method", "None", "None"),
        ("aus_type", "NA", "Manual"),
        ("property_type", "2-4 unit", "TwoToFourUnit"),
    ],
)
def test_codes_through_names_and_aliases(field: str, text: str, meaning: str) -> None:
    assert value(field, text) == meaning


def test_unknown_codes_are_findings_and_the_columns_own_codes_win() -> None:
    own = Transform(codes={"V": "SecondHome", "P": "Investment"}, null_codes=("9",))
    assert read("occupancy", ["V", "P", "9", "Q"], own) == (["SecondHome", "Investment", None, None], {4: "DV-008"})


def test_null_codes_of_a_column_are_blank_as_text_and_as_number() -> None:
    assert read("credit_score", ["9999", "9999.0", "720"], Transform(null_codes=("9999",))) == ([None, None, 720], {})


@pytest.mark.parametrize(
    ("text", "zip_code"),
    [
        ("07030", "07030"), ("7030", "07030"), ("07030-1234", "07030-1234"), ("070301234", "07030-1234"),
        ("70301234", "07030-1234"), ("60600", "60600"), ("601", "00601"), ("12345.0", "12345"), ("123xx", "12300"),
        ("K1A 0B1", "K1A 0B1"),
    ],
)  # fmt: skip
def test_zip_codes_keep_their_zeros(text: str, zip_code: str) -> None:
    assert value("property_zip", text) == zip_code


def test_zip_areas_get_their_two_masked_digits() -> None:
    assert read("property_zip", ["606", "70", "07030"], Transform(zip3=True))[0] == ["60600", "07000", "07030"]


@pytest.mark.parametrize(
    ("text", "state"), [("ca", "CA"), ("California", "CA"), (" TX ", "TX"), ("ZZ", "ZZ"), ("D.C.", "DC")]
)
def test_states(text: str, state: str) -> None:
    assert value("property_state", text) == state


@pytest.mark.parametrize(
    ("field", "text", "kept"),
    [
        ("loan_id", "'00123", "00123"), ("loan_id", " A1 ", "A1"), ("loan_id", "00123", "00123"),
        ("property_county", "6037", "06037"), ("census_tract", "6037123456", "06037123456"),
        ("msa", "16984.0", "16984"),
        ("borrower_ssn", "123-45-6789", "123456789"), ("borrower_ssn", "12345678", "012345678"),
        ("investor_feature_ids", "7, 221", "007;221"), ("unit_bedrooms", "3;2", "3;2"),
        ("unit_eligible_rent", "1,200; 950.5", "1200.00;950.50"), ("race", "White", "White"),
    ],
)  # fmt: skip
def test_identifiers_and_lists(field: str, text: str, kept: str) -> None:
    assert value(field, text) == kept


def test_a_formula_that_is_only_a_text_is_that_text() -> None:
    assert read("loan_id", ['="0060951092"', '="A-17"', '=""', '="A"&"B"']) == (
        ["0060951092", "A-17", None, '="A"&"B"'], {4: "DV-018"}
    )  # fmt: skip
    assert read("note_amount", ['="250000.50"']) == ([250_000.5], {})


def test_formula_text_is_kept_and_reported() -> None:
    texts = ["=cmd()", "@x", "+1 555", "-5", "plain"]
    assert read("borrower_last_name", texts) == (texts, {1: "DV-018", 2: "DV-018"})


def test_a_problem_names_row_field_column_and_text() -> None:
    batch = pl.DataFrame({"row_no": [7], "Amt": ["abc"]})
    problems = cast(batch, Mapping({"Amt": MappedColumn("note_amount")})).problems
    assert problems.rows(named=True) == [
        {"row_no": 7, "field": "note_amount", "column": "Amt", "text": "abc", "code": "DV-005"}
    ]


def test_two_columns_for_one_field_fill_each_other_and_differences_are_findings() -> None:
    batch = pl.DataFrame({"row_no": [1, 2, 3], "A": ["1", None, "3"], "B": ["1", "2", "4"]})
    mapping = Mapping({"A": MappedColumn("note_amount"), "B": MappedColumn("note_amount")})
    result = cast(batch, mapping)
    assert result.typed["note_amount"].to_list() == [1.0, 2.0, 3.0]
    assert result.problems.select("row_no", "column", "text", "code").rows() == [(3, "B", "4", "DV-011")]
    assert mapping.doubled == {"note_amount": ("A", "B")}


def test_one_column_may_answer_two_questions() -> None:
    kind = MappedColumn("refinance_cash_out_type", Transform(codes={"C": "CashOut"}, null_codes=("P",)))
    batch = pl.DataFrame({"row_no": [1, 2], "Purpose": ["C", "P"]})
    typed = cast(batch, Mapping({"Purpose": MappedColumn("loan_purpose", second=kind)})).typed
    assert typed.rows() == [(1, "Refinance", "CashOut"), (2, "Purchase", None)]


def test_constants_of_a_layout_fill_fields_without_a_column() -> None:
    batch = pl.DataFrame({"row_no": [1, 2], "x": ["a", "b"]})
    mapping = Mapping({"x": MappedColumn("loan_id")}, {"mortgage_type": "Conventional", "loan_id": "never"})
    assert cast(batch, mapping).typed.rows() == [(1, "a", "Conventional"), (2, "b", "Conventional")]


def test_unmapped_columns_are_extras_and_absent_columns_are_left_out() -> None:
    batch = pl.DataFrame({"row_no": [1], "a": ["1"], "b": ["x"]})
    result = cast(
        batch, Mapping({"a": MappedColumn("note_amount"), "gone": MappedColumn("ltv"), "b": MappedColumn(None)})
    )
    assert result.typed.columns == ["row_no", "note_amount"]
    assert result.extras.rows() == [(1, "x")]


def test_an_empty_batch_has_the_same_columns_and_types() -> None:
    batch = pl.DataFrame(schema={"row_no": pl.Int64, "a": pl.String})
    result = cast(batch, Mapping({"a": MappedColumn("note_date")}))
    assert result.typed.schema == {"row_no": pl.Int64, "note_date": pl.Date}
    assert result.problems.schema == PROBLEM_SCHEMA


NASTY = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        ["N/A", "TBD", "#REF!", "1e999", "nan", "=1", "03/04/2021", "2021-02-31", "99999999", "0", "Y", "C", "١٢"]
    ),
    st.from_regex(r"[-+($]{0,2}[0-9,.]{1,9}[)%-]?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}", fullmatch=True),
)
TRANSFORMS = st.builds(
    Transform,
    scale=st.sampled_from([1.0, 100.0, 12.0, 0.01]),
    date_order=st.sampled_from([None, "mdy", "dmy", "ymd", "ym", "my", "excel"]),
    null_codes=st.sampled_from([(), ("9999",), ("U", "999")]),
    zip3=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FIELDS), st.lists(NASTY, min_size=1, max_size=8), TRANSFORMS)
def test_cast_never_raises_never_drops_a_row_and_reads_or_reports_every_text(field, texts, transform) -> None:
    values, problems = read(field.name, texts, transform)
    assert len(values) == len(texts)
    for row, (text, typed) in enumerate(zip(texts, values, strict=True), start=1):
        if text is None:
            assert typed is None
            assert row not in problems
        elif typed is None and row not in problems:
            assert is_blank(text, transform, field.name), text


def is_blank(text: str, transform: Transform, field: str) -> bool:
    """Whether a text may vanish without a finding: nothing to see, a null token, a null code."""
    tidy = text.translate(dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\x00"))).strip().lstrip("'").strip()
    number = value("dscr", tidy)
    empty = {float(code) for code in transform.null_codes if code.isdigit()}
    return (
        tidy.lower() in NULL_TOKENS | {""}
        or tidy.lower() in {code.lower() for code in transform.null_codes}
        or (FIELD[field].type.is_number and number in empty)
    )
