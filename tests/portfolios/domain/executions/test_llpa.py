"""Published price adjustments: the cells of the tables, and never twice."""

from datetime import date

import numpy as np
import pytest

from portfolios.domain.executions.llpa import published
from tests.portfolios.domain.executions.books import ADJUSTER, ISSUED, book, market


def points(*changes, issued=ISSUED):
    return published(book(*changes), issued=issued).points.tolist()


@pytest.mark.parametrize(
    ("change", "charge"),
    [
        ({}, 0.0),
        ({"ltv": 60.0, "credit_score": 639}, 0.125),
        ({"ltv": 75.01, "cltv": 75.01, "credit_score": 700}, 1.375),
        ({"loan_purpose": "Refinance", "refinance_cash_out_type": "CashOut", "ltv": 80.0, "cltv": 80.0}, 1.375),
    ],
)
def test_cells_of_the_table(change, charge):
    assert points(change) == [-charge]


def test_short_loans_pay_nothing_for_score():
    assert points({"credit_score": 630, "maturity_term_months": 180}) == [0.0]


def test_features_add_up():
    second = {"occupancy": "SecondHome"}
    condo = {"project_legal_structure": "Condominium", "property_type": "CondoAttached"}
    alone, other, both = points(second, condo, second | condo)
    assert both == pytest.approx(alone + other)
    assert alone < 0
    assert other <= 0


def test_affordable_programs_pay_none():
    assert points({"credit_score": 640, "affordable_indicator": True}) == [0.0]


def test_a_blank_is_no_price_and_an_ltv_above_the_table_has_no_cell():
    found = published(book({"credit_score": None}, {"ltv": 97.5, "cltv": 97.5}), issued=ISSUED)
    assert found.blank.tolist() == [True, False]
    assert found.absent.tolist() == [False, True]


def test_before_the_first_edition_there_is_no_cell():
    assert published(book({}), issued=date(2023, 4, 1)).absent.all()


def test_the_newer_score_has_its_table_since_september_2026():
    new = {"credit_score_model": "VantageScore4"}
    assert published(book(new), issued=date(2026, 9, 1)).absent.all()
    assert not published(book(new), issued=date(2026, 10, 1)).absent.any()


def test_a_lenders_own_grid_takes_the_place_of_the_published_one():
    loans = book({"credit_score": 640})
    own = market(adjusters=[ADJUSTER | {"buyer": "Fannie_Mae", "points": -0.25}])
    assert own.adjusters_of(loans, "fannie_mae").points.tolist() == [-0.25]
    assert own.adjusters_of(loans, "freddie_mac").points.tolist() == points({"credit_score": 640})
    assert np.array_equal(own.adjusters_of(loans, "Cascade").points, [0.0])
