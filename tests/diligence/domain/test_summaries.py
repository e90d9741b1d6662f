"""Strata, layered risk and totals: they add up, weigh by UPB and keep blanks apart."""

import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diligence.domain.summaries import BLANK_BAND, LTV, SCORE, layered_risk, strata, summary, totals

SCHEMA = {
    "current_upb": pl.Float64, "note_amount": pl.Float64, "note_rate": pl.Float64, "ltv": pl.Float64, "dti": pl.Float64,
    "credit_score": pl.Int64, "loan_purpose": pl.String, "property_state": pl.String,
}  # fmt: skip


def frame(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame([{**dict.fromkeys(SCHEMA), **row} for row in rows], schema=SCHEMA)


def table(loans: pl.DataFrame, name: str):
    return next(found for found in strata(loans) if found.name == name)


@pytest.mark.parametrize(
    ("ltv", "label"),
    [
        (60.0, "60% and below"),
        (60.01, "60.01–70%"),
        (80.0, "75.01–80%"),
        (97.0, "95.01–97%"),
        (97.01, "Above 97%"),
        (None, "Blank"),
    ],
)
def test_an_ltv_edge_belongs_to_the_band_below(ltv, label):
    (band,) = table(frame({"current_upb": 1.0, "ltv": ltv}), "ltv").bands
    assert band.label == label


@pytest.mark.parametrize(("score", "label"), [(619, "Below 620"), (620, "620–639"), (780, "780 and above")])
def test_a_score_edge_belongs_to_the_band_above(score, label):
    (band,) = table(frame({"current_upb": 1.0, "credit_score": score}), "credit_score").bands
    assert band.label == label


def test_rates_are_cut_in_half_points():
    loans = frame(*({"current_upb": 1.0, "note_rate": rate} for rate in (6.5, 6.999, 7.0, None)))
    assert [(band.label, band.loans) for band in table(loans, "note_rate").bands] == [
        ("6.500–6.999%", 2),
        ("7.000–7.499%", 1),
        (BLANK_BAND, 1),
    ]


def test_averages_are_weighted_by_balance_and_skip_blanks():
    loans = frame(
        {"current_upb": 100.0, "note_rate": 4.0, "ltv": 80.0},
        {"current_upb": 300.0, "note_rate": 6.0},
        {"note_amount": 600.0, "ltv": 90.0},
    )
    found = totals(loans)
    assert (found.loans, found.upb, found.rate) == (3, 1000.0, 5.5)
    assert math.isclose(found.ltv, (100 * 80 + 600 * 90) / 700)
    assert math.isclose(found.ltv_above_80, 100 * 600 / 700)
    assert found.dti is None
    assert found.dti_above_45 is None


def test_codes_are_ordered_by_balance_with_blanks_last():
    loans = frame(
        {"current_upb": 1.0, "property_state": "NY"},
        {"current_upb": 5.0, "property_state": "CA"},
        {"current_upb": 9.0},
    )
    assert [(band.label, band.share) for band in table(loans, "property_state").bands] == [
        ("CA", pytest.approx(100 * 5 / 15)),
        ("NY", pytest.approx(100 / 15)),
        (BLANK_BAND, pytest.approx(60.0)),
    ]


def test_fields_without_a_column_are_blank_bands():
    (band,) = table(pl.DataFrame({"current_upb": [1.0, 2.0]}), "occupancy").bands
    assert (band.label, band.loans, band.share) == (BLANK_BAND, 2, 100.0)


def test_no_loans_give_empty_tables():
    assert all(not found.bands and found.total.loans == 0 for found in strata(frame()))
    assert totals(frame()).average_upb is None


loan = st.fixed_dictionaries(
    {
        "current_upb": st.none() | st.floats(0, 1e6, width=32),
        "note_amount": st.floats(1, 1e6, width=32),
        "ltv": st.none() | st.floats(1, 150, width=32),
        "credit_score": st.none() | st.integers(300, 850),
        "dti": st.none() | st.floats(0, 80, width=32),
        "note_rate": st.none() | st.floats(0.5, 15, width=32),
        "loan_purpose": st.sampled_from([None, "Purchase", "Refinance"]),
    }
)


@given(st.lists(loan, min_size=1, max_size=40))
def test_every_table_adds_up_to_all_loans(rows):
    loans = frame(*rows)
    for found in strata(loans):
        assert sum(band.loans for band in found.bands) == len(rows) == found.total.loans
        assert math.isclose(sum(band.upb for band in found.bands), found.total.upb, rel_tol=1e-9, abs_tol=1e-6)
    risk = layered_risk(loans)
    assert sum(sum(line) for line in risk.loans) == len(rows)
    if totals(loans).upb:
        assert math.isclose(sum(sum(line) for line in risk.shares), 100, rel_tol=1e-9)


def test_layered_risk_has_a_place_for_every_score_and_ltv():
    risk = layered_risk(frame({"current_upb": 1.0, "credit_score": 610, "ltv": 98.0}, {"current_upb": 3.0}))
    assert risk.shares[0][len(LTV.labels) - 1] == 25.0
    assert risk.shares[len(SCORE.labels)][len(LTV.labels)] == 75.0


def test_a_summary_is_plain_json():
    stored = json.loads(json.dumps(summary(frame({"current_upb": 1.0, "ltv": 80.0}))))
    assert stored["totals"]["loans"] == 1
    assert [found["name"] for found in stored["strata"]][:5] == ["credit_score", "ltv", "dti", "note_rate", "upb"]
