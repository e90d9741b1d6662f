"""The strip plot: everything on its axis, labels within the picture, and the finding in words."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.queries.ceremonies.bids import Group, Row, Scope
from portfolios.queries.ceremonies.plot import WIDTH, axis_of, plot_of, ticks_of

UPB = Decimal("318450211.08")


def group(*prices, reserve="0", in_percent=True):
    """Ranked bids, the best first; every second bidder is another one."""
    scope = Scope(frozenset("ABC"), "Whole portfolio", UPB, UPB * Decimal(reserve) / 100, in_percent, whole=True)
    rows = [
        Row(
            offer=SimpleNamespace(total=UPB * Decimal(price) / 100, bid=None),
            bidder=str(rank),
            scope=scope,
            rank=rank,
            leading=rank == 1,
            cover=rank == 2,
            below_reserve=Decimal(price) < Decimal(reserve),
        )
        for rank, price in enumerate(prices, start=1)
    ]
    return Group(scope, tuple(rows))


def test_the_mock_of_the_design_is_drawn():
    plot = plot_of(group("98.412", "98.287", "98.031", "97.655", "97.480", "96.902", reserve="97"))
    assert [label.text for label in plot.labels] == ["98.412 leading", "98.287 cover", "0.125 apart"]
    assert plot.reserve.text == "Reserve 97.000"
    assert [dot.kind for dot in plot.dots] == ["f0", "f0", "f0", "f0", "off", "f1"]
    assert plot.said == "6 bids: Leading bid 98.412, cover bid 98.287, reserve 97.000"
    assert plot.band.width > 0
    assert [tick.text for tick in plot.ticks][:2] == ["96.50", "96.75"]


def test_a_single_bid_has_neither_cover_nor_band():
    plot = plot_of(group("98"))
    assert (plot.band, plot.reserve, len(plot.dots), len(plot.labels)) == (None, None, 1, 1)


def test_a_tie_has_no_band():
    assert plot_of(group("98", "98")).band is None


def test_no_bid_is_no_plot():
    assert plot_of(group()) is None


@pytest.mark.parametrize("in_percent", [True, False])
@given(
    prices=st.lists(st.decimals("0.01", "999", places=5), min_size=1, max_size=30),
    reserve=st.decimals("0", "999", places=3),
)
def test_everything_stands_within_the_picture(in_percent, prices, reserve):
    plot = plot_of(group(*sorted(prices, reverse=True), reserve=str(reserve), in_percent=in_percent))
    places = [dot.x for dot in plot.dots] + [tick.x for tick in plot.ticks]
    places += [plot.reserve.x] if plot.reserve else []
    assert all(0 <= place <= WIDTH for place in places)


@given(st.lists(st.floats(0.01, 1e9), min_size=1, max_size=10))
def test_an_axis_has_few_round_ticks_around_its_values(values):
    axis = axis_of(values, True)
    assert axis.low <= min(values) <= max(values) <= axis.high
    assert 1 < len(ticks_of(axis)) <= 13
