"""Lists with a line a loan: which column is which, prices, and what a seller states."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from portfolios.domain.settlement.lists import column_of, plain
from portfolios.domain.settlement.pricelist import gap_sentence, priced, problems, read_prices
from portfolios.domain.settlement.servicing import read_servicing

LOANS = pl.DataFrame({"loan_id": ["1", "2", "3"], "upb": ["100000.00", "200000.00", "300000.00"]})


def rows(**columns):
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_row_index("row_no", offset=1).with_columns(pl.col("row_no").cast(pl.Int64))


@pytest.mark.parametrize("name", ["Loan ID", "loan_id", "LOAN  id ", "Loan-Id"])
def test_headers_are_compared_without_their_dress(name):
    assert plain(name) == "loan_id"


def test_percent_signs_are_words():
    assert plain("Price (%)") == "price_percent"
    assert column_of(["x", "Price %"], ("price", "price_percent")) == "Price %"


def test_prices_in_the_order_of_the_loans():
    lines = read_prices(rows(**{"Loan": ["3", "1", "2"], "Price %": ["98", "101.1234567", "97.5%"]}))
    assert problems(lines, LOANS) == []
    found = priced(lines, LOANS)
    assert [(each.loan_id, each.price) for each in found] == [
        ("1", Decimal("101.1234567")), ("2", Decimal("97.5")), ("3", Decimal("98")),
    ]  # fmt: skip
    total = sum(each.amount for each in found)
    assert gap_sentence(found, total) == ""
    assert "$0.01 less" in gap_sentence(found, total + Decimal("0.01"))


@pytest.mark.parametrize("price", ["", "x", "-5", "1e3", "98.12345678", "98,5", "12345"])
def test_what_is_no_price(price):
    lines = read_prices(rows(loan_id=["1", "2", "3"], price=["98", price, "98"]))
    (problem,) = problems(lines, LOANS)
    assert problem.startswith("Row 2, price: ")


def test_at_most_twenty_problems_and_the_loans_without_a_line():
    lines = read_prices(rows(loan_id=[f"x{number}" for number in range(50)], price=["98"] * 50))
    found = problems(lines, LOANS)
    assert len(found) == 21
    assert found[-1] == "3 loans of the lot stand in no row (1, 2, 3). Price every loan."


def test_empty_lines_are_passed_over():
    lines = read_prices(rows(loan_id=["1", None, "2", "3"], price=["98", " ", "98", "98"]))
    assert lines["row_no"].to_list() == [1, 3, 4]
    assert problems(lines, LOANS) == []


def test_what_a_seller_states():
    stated, wrong = read_servicing(
        rows(**{"Loan Number": ["1", "2"], "Paid to": ["2026-11-01", "12/1/2026"], "Escrow": ["$1,020.50", "−3.00"]}),
        LOANS["loan_id"],
    )
    assert wrong == []
    assert stated["paid_to"].to_list() == [date(2026, 11, 1), date(2026, 12, 1)]
    assert stated["escrow"].to_list() == ["1020.50", "-3.00"]
    assert stated["collected"].to_list() == [None, None]


def test_a_list_of_nothing_to_state():
    assert read_servicing(rows(loan_id=["1"]), LOANS["loan_id"])[1] == [
        "Name a column “loan_id” and at least one of “paid_to”, “collected”, “advances”, “escrow” and “rate”."
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [("rate", "abc"), ("rate", "6.1234567"), ("collected", "1.234"), ("paid_to", "01/13"), ("paid_to", "1969-12-31")],
)
def test_what_cannot_be_stated(column, value):
    wrong = read_servicing(rows(loan_id=["1"], **{column: [value]}), LOANS["loan_id"])[1]
    assert len(wrong) == 1
    assert wrong[0].startswith(f"Row 1, {column}: ")
