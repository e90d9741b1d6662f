"""Casting text batches: every way tapes write values, and every cell that cannot be read."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loans.domain.casting import PROBLEM_SCHEMA, cast
from loans.domain.fields import FIELD, FIELDS
from loans.domain.mapping import MappedColumn, Mapping, Transform


def read(field: str, texts: list[str | None], transform: Transform | None = None):
    """Values and problem codes (by row) of one column."""
    batch = pl.DataFrame(
        {"row_no": range(1, len(texts) + 1), "cell": texts}, schema={"row_no": pl.Int64, "cell": pl.String}
    )
    result = cast(batch, Mapping({"cell": MappedColumn(field, transform or Transform())}))
    return result.typed[field].to_list(), dict(result.problems.select("row_no", "code").rows())


def value(field: str, text: str, transform: Transform | None = None):
    return read(field, [text], transform)[0][0]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", 1234.5),
        ("$1,234.50", 1234.5),
        ("1,234,567", 1234567.0),
        ("12 345.678", 12345.68),
        ("(12.00)", -12.0),
        ("($1,234.50)", -1234.5),
        ("-$5", -5.0),
        ("$-5", -5.0),
        ("5-", -5.0),
        ("\u22125", -5.0),
        ("USD 7", 7.0),
        ("7 usd", 7.0),
        (" 7 ", 7.0),
        ("\u00a07\u00a0", 7.0),
        ("1.5E+05", 150000.0),
        ("+3", 3.0),
        (".5", 0.5),
        ("'100", 100.0),
        ("1\u00a0234", 1234.0),
    ],
)
def test_money_in_every_spelling(text: str, amount: float) -> None:
    assert value("note_amount", text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1,23",
        "1.234,56",
        "12,34,567",
        "1 2",
        "--5",
        "$",
        "nan",
        "inf",
        "-Infinity",
        "1e400",
        "0x10",
        "5%5",
        "()",
    ],
)
def test_what_is_no_number_is_a_finding(text: str) -> None:
    assert read("note_amount", [text]) == ([None], {1: "DV-005"})


@pytest.mark.parametrize("text", ["N/A", "n/a", " NULL ", "-", "--", "none", "", " ", "'"])
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


@pytest.mark.parametrize(
    ("text", "percent"), [("0.0405", 4.05), ("6.625%", 6.625), ("6.625 %", 6.625), ("0.07", 7.0), ("(0.01)", -1.0)]
)
def test_fractions_are_scaled_and_percent_signs_are_not(text: str, percent: float) -> None:
    assert value("note_rate", text, Transform(scale=100)) == pytest.approx(percent)


@pytest.mark.parametrize(("text", "number"), [("360", 360), ("360.0", 360), ("3.6E2", 360), ("1,200", 1200)])
def test_whole_numbers(text: str, number: int) -> None:
    assert value("maturity_term_months", text) == number


def test_a_fraction_in_a_whole_number_field_is_a_finding() -> None:
    assert read("maturity_term_months", ["360.5", "9" * 30]) == ([None, None], {1: "DV-005", 2: "DV-005"})


def test_years_become_months() -> None:
    assert value("maturity_term_months", "30", Transform(scale=12)) == 360


MARCH = date(2021, 3, 4)


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("mdy", "03/04/2021"), ("mdy", "3/4/2021"), ("mdy", "3/4/21"), ("mdy", "03-04-2021"), ("mdy", "03042021"),
        ("mdy", "3042021"), ("mdy", "03.04.2021"), ("mdy", "3/4/2021 12:00:00 AM"), ("mdy", "3/4/2021 0:00"),
        ("dmy", "04/03/2021"), ("dmy", "4.3.2021"), ("dmy", "04032021"),
        ("ymd", "2021-03-04"), ("ymd", "2021/3/4"), ("ymd", "20210304"), ("ymd", "2021-03-04 00:00:00"),
        ("ymd", "2021-03-04T00:00:00Z"), ("ymd", "2021-03-04T10:11:12.123+01:00"),
        ("excel", "44259"), ("excel", "44259.0"), ("excel", "44259.75"),
        *(
            (order, text)
            for order in ("mdy", "dmy", "ymd")
            for text in ("2021-03-04", "4-Mar-2021", "4 March 2021", "Mar 4, 2021", "04MAR2021", "44259", "20210304")
        ),
    ],
)  # fmt: skip
def test_dates_in_every_order(order: str, text: str) -> None:
    assert value("note_date", text, Transform(date_order=order)) == MARCH


@pytest.mark.parametrize(
    ("order", "text"),
    [("ym", "202103"), ("my", "032021"), ("my", "32021"), ("mdy", "Mar-21"), ("mdy", "03/2021"), ("ym", "2021-03")],
)
def test_months_are_read_as_their_first_day(order: str, text: str) -> None:
    assert value("first_payment_date", text, Transform(date_order=order)) == date(2021, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "13/13/2021",
        "02/30/2021",
        "2021-13-01",
        "soon",
        "0021-01-01",
        "2021",
        "99",
        "3/4",
        "2021-03-04 noon",
        "Foo 3, 2021",
    ],
)
def test_what_is_no_date_is_a_finding(text: str) -> None:
    assert read("note_date", [text], Transform(date_order="mdy")) == ([None], {1: "DV-006"})


@pytest.mark.parametrize("text", ["1/1/1900", "01/01/1900", "0000-00-00", "00/00/0000", "1900-01-01", "12/31/9999"])
def test_empty_dates_of_other_systems_are_blank(text: str) -> None:
    assert read("note_date", [text], Transform(date_order="mdy")) == ([None], {})


def test_two_digit_years_follow_the_field() -> None:
    assert value("maturity_date", "06/01/51", Transform(date_order="mdy")) == date(2051, 6, 1)
    assert value("borrower_birth_date", "06/01/51", Transform(date_order="mdy")) == date(1951, 6, 1)


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
    from loans.domain.fields import NULL_TOKENS

    tidy = text.translate(dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\x00"))).strip().lstrip("'").strip()
    number = value("dscr", tidy)
    empty = {float(code) for code in transform.null_codes if code.isdigit()}
    return (
        tidy.lower() in NULL_TOKENS | {""}
        or tidy.lower() in {code.lower() for code in transform.null_codes}
        or (FIELD[field].type.is_number and number in empty)
    )


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_money_survives_every_spelling(cents: int) -> None:
    amount = cents / 100
    spellings = [f"{amount:.2f}", f"{amount:,.2f}", f"${amount:,.2f}" if amount >= 0 else f"(${-amount:,.2f})"]
    assert read("note_amount", spellings) == ([round(amount, 2)] * 3, {})


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2099, 12, 31)))
def test_dates_survive_every_order(day: date) -> None:
    spelled = {
        "mdy": [f"{day:%m/%d/%Y}", f"{day.month}/{day.day}/{day.year}", f"{day:%m%d%Y}", f"{day:%b %d, %Y}"],
        "dmy": [f"{day:%d/%m/%Y}", f"{day:%d.%m.%Y}", f"{day:%d-%b-%Y}"],
        "ymd": [day.isoformat(), f"{day:%Y%m%d}", f"{day} 00:00:00"],
        "excel": [str((day - date(1899, 12, 30)) // timedelta(days=1))],
    }
    for order, texts in spelled.items():
        assert read("note_date", texts, Transform(date_order=order)) == ([day] * len(texts), {}), order


@pytest.mark.parametrize("text", ["1e400", "-1e300", "99999999999999999999", "2147483648000"])
@pytest.mark.parametrize("field", ["note_amount", "note_rate", "credit_score", "units"])
def test_numbers_beyond_all_bounds_are_not_numbers(text: str, field: str) -> None:
    batch = pl.DataFrame({"row_no": [1], "a": [text]})
    result = cast(batch, Mapping({"a": MappedColumn(field)}))

    assert result.typed[field].to_list() == [None]
    assert result.problems["code"].to_list() == ["DV-005"]
