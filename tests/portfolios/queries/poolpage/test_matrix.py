"""The matrix of yields: what it marks, what it takes from the reader, and that it agrees with the kernels."""

from datetime import date
from decimal import Decimal

import pytest

from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.valuation import value_at_price
from portfolios.queries.poolpage.matrix import Asked, columns_of, matrix, settlements
from portfolios.queries.series import series
from tests.portfolios import paying

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)


def matrix_of(asked: Asked | None = None, **terms):
    return matrix(series(paying.paying(**terms)), asked or Asked(), today=TODAY)


def test_each_cell_is_the_yield_of_its_price_and_speed():
    found = matrix_of(price=Decimal("101.5"))
    for row in (found.rows[0], found.rows[5], found.rows[-1]):
        for column, cell in zip(found.columns, row.cells, strict=True):
            speed = Speed.flat(found.kind, column.value)
            assert cell.value == pytest.approx(
                value_at_price(found.terms, speed, row.price).bond_equivalent_yield, abs=1e-9
            )
    for column in found.columns:
        valued = value_at_price(found.terms, Speed.flat(found.kind, column.value), found.price)
        assert column.life == pytest.approx(valued.average_life)
        assert column.duration == pytest.approx(valued.modified_duration)


def test_the_last_price_and_the_speed_now_are_marked():
    found = matrix_of(price=Decimal("101.5"))
    marked = [row for row in found.rows if row.is_marked]
    assert [row.price for row in marked] == [101.5]
    assert found.price_word == "last"
    assert [row.price for row in found.rows] == [99.0, 99.5, 100.0, 100.5, 101.0, 101.5, 102.0, 102.5]
    place = next(at for at, column in enumerate(found.columns) if column.is_marked)
    assert [cell.heat for cell in marked[0].cells] == [4 if at == place else 2 for at in range(len(found.columns))]
    assert found.working.lines[-1].text == f"{marked[0].cells[place].value:.5f}%"


def test_without_a_price_par_stands_in():
    found = matrix_of()
    assert (found.price, found.price_word) == (100.0, "par")


def test_the_readers_wishes():
    found = matrix_of(Asked(date(2026, 6, 15), 98.25, 200.0), price=Decimal("101.5"))
    assert (found.settle, found.settle_is_default, found.price, found.price_word) == (
        date(2026, 6, 15), False, 98.25, "asked",
    )  # fmt: skip
    assert [column.value for column in found.columns if column.is_marked] == [200.0]
    assert found.terms.elapsed == 14
    assert found.terms.remaining == paying.REMAINING - 14 - 3
    assert found.terms.age == 3 + 14 + 3


def test_the_usual_settlement_follows_the_factor():
    found = matrix_of()
    assert found.settle == date(2026, 4, 13)
    assert found.settle_is_default
    assert found.terms.delay == 24


def test_a_settlement_after_the_last_payment_has_no_matrix():
    security = paying.pool(remaining=20, age=0, matures_on=date(2026, 9, 1))
    paying.computed(security, 14, Decimal("0.30000000"), wam=6)
    found = series(security)
    assert matrix(found, Asked(date(2026, 8, 12)), today=TODAY) is not None
    assert matrix(found, Asked(date(2026, 9, 14)), today=TODAY) is None


def test_a_forecast_in_cpr_gives_columns_in_cpr():
    found = matrix_of(forecast={"kind": "CPR", "values": [6]})
    assert found.kind is SpeedKind.CPR


@pytest.mark.parametrize(
    ("kind", "marked", "columns"),
    [
        (SpeedKind.PSA, 300.0, [100, 150, 225, 300, 400, 600]),
        (SpeedKind.PSA, 0.0, [0, 50, 75, 100, 150, 200]),
        (SpeedKind.PSA, 60.0, [0, 60, 75, 100, 150, 200]),
        (SpeedKind.CPR, 6.0, [2, 3, 4.5, 6, 8, 12]),
        (SpeedKind.CPR, 0.3, [0.3, 2, 4, 6, 8, 12]),
    ],
)
def test_columns_stand_around_the_marked_speed(kind, marked, columns):
    assert columns_of(kind, marked) == columns


def test_settlements_from_the_newest_factor_to_a_year_later():
    assert settlements(series(paying.paying())) == (date(2026, 3, 1), date(2027, 3, 1))
    assert settlements(series(paying.pool())) is None
