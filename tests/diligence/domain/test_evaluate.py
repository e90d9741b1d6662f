"""Evaluating: three outcomes, blanks, absent columns, each, params, messages; and the same as going row by row."""

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diligence.domain.compiling import compile_rules
from diligence.domain.evaluate import Evaluation, evaluate
from diligence.domain.rulebook import load_text
from diligence.domain.vocabulary import Vocabulary

from .conftest import VOCABULARY, rule_text

AS_OF = date(2026, 11, 21)


def run(text: str, loans: pl.DataFrame, vocabulary: Vocabulary, **compiling) -> Evaluation:
    book = load_text(text, name="own", vocabulary=vocabulary)
    ruleset = compile_rules(book, **({"profile": "all", "as_of": AS_OF} | compiling), vocabulary=vocabulary)
    numbered = loans.with_row_index("row_no", offset=1).with_columns(pl.col("row_no").cast(pl.Int64))
    return evaluate(numbered, ruleset, header_of={"ltv": "LTV %", "loan_id": "Loan #"})


def outcome(evaluation: Evaluation) -> tuple[int, int, int]:
    return evaluation.counts.select("fired", "clear", "not_evaluated").row(0)


@pytest.mark.parametrize(
    ("applies", "fires", "expected"),
    [
        (True, True, (1, 0, 0)),
        (True, False, (0, 1, 0)),
        (True, None, (0, 0, 1)),
        (False, True, (0, 1, 0)),
        (False, False, (0, 1, 0)),
        (False, None, (0, 1, 0)),
        (None, True, (0, 0, 1)),
        (None, False, (0, 1, 0)),
        (None, None, (0, 0, 1)),
    ],
)
def test_applies_and_fires_make_three_outcomes(vocabulary, applies, fires, expected):
    loans = pl.DataFrame(
        {"escrow_indicator": [applies], "units": [None if fires is None else int(fires)]},
        schema={"escrow_indicator": pl.Boolean, "units": pl.Int64},
    )
    text = rule_text("units = 1", applies="'escrow_indicator'", fields='["units"]', message='"Units."')
    assert outcome(run(text, loans, vocabulary)) == expected


def test_a_blank_cell_can_be_the_failure(vocabulary):
    loans = pl.DataFrame({"loan_id": ["1", None], "ltv": [80.0, 80.0]})
    result = run(rule_text("loan_id IS NULL", fields='["loan_id"]', message='"Blank."'), loans, vocabulary)
    assert outcome(result) == (1, 1, 0)
    assert result.findings["row_no"].to_list() == [2]


@pytest.mark.parametrize("fires", ["credit_score IS NULL", "credit_score IS NULL AND ltv > 1", "credit_score < 600"])
def test_a_column_that_is_not_on_the_tape_is_not_evaluated(vocabulary, fires):
    loans = pl.DataFrame({"loan_id": ["1", "2"], "ltv": [80.0, 96.0]})
    assert outcome(run(rule_text(fires), loans, vocabulary)) == (0, 0, 2)


def test_a_default_for_a_missing_column_still_works_beside_one_that_is_there(vocabulary):
    loans = pl.DataFrame({"ltv": [80.0, 96.0]})
    assert outcome(run(rule_text("COALESCE(cltv, ltv) > 95"), loans, vocabulary)) == (1, 1, 0)


def test_each_gives_a_finding_a_field_and_counts_a_loan_once(vocabulary):
    loans = pl.DataFrame({"ltv": [96.0, 80.0, None], "cltv": [97.0, 98.0, None], "current_upb": [10.0, 20.0, 30.0]})
    text = rule_text("value > 95", each='["ltv", "cltv"]', fields='["ltv", "cltv"]', message='"{label} is {value}."')
    result = run(text, loans, vocabulary)
    assert result.findings.select("row_no", "seq", "fields", "message").rows() == [
        (1, 0, "ltv", "LTV is 96.00%."),
        (1, 1, "cltv", "CLTV is 97.00%."),
        (2, 1, "cltv", "CLTV is 98.00%."),
    ]
    assert result.counts.drop("rule_no", "code").row(0) == (3, 2, 0, 1, 30.0)


@pytest.mark.parametrize(
    ("day", "expected"), [("2025-06-30", (1, 0, 0)), ("2025-07-01", (0, 1, 0)), ("2019-01-01", (0, 0, 1))]
)
def test_dated_params_follow_the_day_of_the_check(vocabulary, day, expected):
    dated = "{ most = [ { from = 2020-01-01, value = 95 }, { from = 2025-07-01, value = 97 } ] }"
    loans = pl.DataFrame({"ltv": [96.0]})
    text = rule_text("ltv > most", params=dated)
    assert outcome(run(text, loans, vocabulary, as_of=date.fromisoformat(day))) == expected


def test_a_purchaser_may_override_a_param(vocabulary):
    loans = pl.DataFrame({"ltv": [96.0]})
    text = rule_text("ltv > most", params="{ most = 95 }")
    assert outcome(run(text, loans, vocabulary, params_override={"T-001": {"most": 97}})) == (0, 1, 0)


def test_a_list_and_a_text_with_a_quote_can_be_params(vocabulary):
    loans = pl.DataFrame({"property_state": ["TX", "NY", "O'B", None]})
    text = rule_text(
        "property_state IN states",
        params="""{ states = ["TX", "O'B"] }""",
        fields='["property_state"]',
        message='"State."',
    )
    assert outcome(run(text, loans, vocabulary)) == (2, 1, 1)


def test_the_day_of_the_check_is_a_name(vocabulary):
    loans = pl.DataFrame({"note_date": [date(2026, 11, 21), date(2026, 11, 22), None]})
    text = rule_text("note_date > as_of", fields='["note_date"]', message='"{note_date} is after {as_of}."')
    result = run(text, loans, vocabulary)
    assert outcome(result) == (1, 1, 1)
    assert result.findings["message"].to_list() == ["Nov 22, 2026 is after Nov 21, 2026."]


@pytest.mark.parametrize(("profile", "codes"), [("all", ["A"]), ("freddie_mac", ["A", "F"]), ("private", ["A", "P"])])
def test_a_profile_chooses_its_rules(vocabulary, profile, codes):
    text = "".join(
        rule_text(code=c, profile=f'"{p}"') for c, p in [("A", "all"), ("F", "freddie_mac"), ("P", "private")]
    )
    result = run(text, pl.DataFrame({"ltv": [99.0]}), vocabulary, profile=profile)
    assert result.counts["code"].to_list() == codes


def test_a_finding_holds_words_columns_values_and_balance(vocabulary):
    loans = pl.DataFrame({
        "loan_id": ["A1", None], "ltv": [96.5, 97.0], "note_amount": [250_000.5, 100_000.0],
        "value_for_ltv": [100_000.0, 100_000.0], "current_upb": [None, 90_000.0], "borrower_ssn": ["123456789", None],
    })  # fmt: skip
    text = rule_text(
        "ltv <> calc_ltv",
        fields='["ltv", "loan_id", "borrower_ssn"]',
        message='"{ltv} and {calc_ltv}% of ${note_amount}; {current_upb}; {borrower_ssn}"',
    )
    first, second = run(text, loans, vocabulary).findings.to_dicts()
    assert first["message"] == "96.50% and 250.0005% of $250,000.50; blank; ending 6789"
    assert (first["fields"], first["columns"]) == ("ltv;loan_id;borrower_ssn", "LTV %;Loan #")
    assert json.loads(first["values"]) == {
        "borrower_ssn": "6789", "loan_id": "A1", "ltv": "96.5", "note_amount": "250000.5", "value_for_ltv": "100000.0",
    }  # fmt: skip
    assert [first["upb"], second["upb"]] == [250_000.5, 90_000.0]
    assert second["loan_id"] == ""


def test_no_loans_and_no_rules_give_nothing(vocabulary):
    empty = pl.DataFrame(schema={"ltv": pl.Float64})
    assert outcome(run(rule_text(), empty, vocabulary)) == (0, 0, 0)
    assert run("", pl.DataFrame({"ltv": [1.0]}), vocabulary).findings.is_empty()


numbers = st.none() | st.sampled_from([0.0, 60.0, 80.0, 95.0, 96.5, 120.0])
words = st.none() | st.sampled_from(["PrimaryResidence", "Investment"])
loan = st.fixed_dictionaries(
    {"ltv": numbers, "cltv": numbers, "units": st.none() | st.integers(1, 4), "occupancy": words}
)
SCHEMA = {"ltv": pl.Float64, "cltv": pl.Float64, "units": pl.Int64, "occupancy": pl.String}

Fact = bool | None


def both(first: Fact, second: Fact) -> Fact:
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def either(first: Fact, second: Fact) -> Fact:
    if first is True or second is True:
        return True
    return None if first is None or second is None else False


def above(value: float | None, limit: float | None) -> Fact:
    return None if value is None or limit is None else value > limit


SLOW = {
    "ltv > 95": lambda row: above(row["ltv"], 95),
    "cltv > ltv AND units > 1": lambda row: both(above(row["cltv"], row["ltv"]), above(row["units"], 1)),
    "occupancy = 'Investment' OR ltv > 95": lambda row: either(
        None if row["occupancy"] is None else row["occupancy"] == "Investment", above(row["ltv"], 95)
    ),
    "NOT (ltv > 80)": lambda row: None if row["ltv"] is None else not row["ltv"] > 80,
    "occupancy IS NULL AND units > 2": lambda row: both(row["occupancy"] is None, above(row["units"], 2)),
}


@given(st.lists(loan, min_size=1, max_size=30))
def test_vectorized_evaluation_equals_going_row_by_row(rows):
    loans = pl.DataFrame(rows, schema=SCHEMA)
    text = "".join(rule_text(sql, code=f"T-{index:03}") for index, sql in enumerate(SLOW))
    result = run(text, loans, VOCABULARY)
    slow = [[check(row) for row in rows] for check in SLOW.values()]
    expected = [(found.count(True), found.count(False), found.count(None)) for found in slow]
    assert result.counts.select("fired", "clear", "not_evaluated").rows() == expected
    hits = {(row + 1, rule + 1) for rule, found in enumerate(slow) for row, value in enumerate(found) if value}
    assert set(result.findings.select("row_no", "rule_no").rows()) == hits
