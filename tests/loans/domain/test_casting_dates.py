"""Casting dates: every order and spelling, and what is no date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.mapping import Transform
from tests.loans.domain.cells import read, value

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
