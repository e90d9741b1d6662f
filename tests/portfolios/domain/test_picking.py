import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.picking import KEYED, PICKED_COLUMNS, balance, picked, property_keys

SCHEMA = {"row_no": pl.Int64(), **PICKED_COLUMNS, **KEYED}


def loans(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame([{"row_no": number, **row} for number, row in enumerate(rows, start=1)], schema=SCHEMA)


FRAME = loans(
    {"property_state": "CA", "credit_score": 700, "ltv": 80.0, "current_upb": 100.0, "note_amount": 150.0},
    {"property_state": "OR", "credit_score": 640, "ltv": 95.0, "note_amount": 150.0},
    {"property_state": None, "credit_score": None, "ltv": 60.0},
)


def rows(selection: dict) -> list[int]:
    return picked(FRAME, selection)["row_no"].to_list()


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"property_state": ["CA", "WA"]}, [1]),
        ({"credit_score_min": 640}, [1, 2]),
        ({"credit_score_min": 641, "credit_score_max": 700}, [1]),
        ({"ltv_max": 80}, [1, 3]),
        ({"current_upb_min": 120}, [2]),
        ({"rows": [3, 9]}, [3]),
        ({"credit_score_min": "", "clean": True, "unknown": 1}, [1, 2, 3]),
    ],
)
def test_filters_hold_together_and_a_blank_meets_none(selection, expected):
    assert rows(selection) == expected


def test_a_balance_is_the_upb_or_else_the_note_amount_or_else_nothing():
    assert FRAME.select(balance())["current_upb"].to_list() == [100.0, 150.0, 0.0]


PLACE = {"property_address": "12 Main St.", "property_zip": "97201-1234", "lien_position": "FirstLien"}


def key(changes: dict, secret: bytes = b"secret") -> str:
    return property_keys(loans(PLACE | changes), key=secret)["property_key"][0]


@pytest.mark.parametrize(
    "same", [{"property_address": "12 MAIN  ST"}, {"property_zip": "97201"}, {"lien_position": None}]
)
def test_one_property_written_differently_has_one_key(same):
    assert key(same) == key({})


@pytest.mark.parametrize(
    "other", [{"property_address": "13 Main St"}, {"property_zip": "97202"}, {"lien_position": "SecondLien"}]
)
def test_another_property_or_lien_has_another_key(other):
    assert key(other) != key({})


def test_without_an_address_or_zip_there_is_no_key_and_another_secret_gives_another():
    assert key({"property_address": None}) == ""
    assert key({"property_zip": None}) == ""
    assert key({}, b"other") != key({})


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_range_picks_exactly_what_lies_in_it(balances, low, high):
    frame = loans(*({"current_upb": value} for value in balances))
    found = picked(frame, {"current_upb_min": low, "current_upb_max": high})["current_upb"].to_list()
    assert found == [value for value in balances if low <= value <= high]
