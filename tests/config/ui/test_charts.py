import pytest
from django.template import Context, Template
from hypothesis import example, given
from hypothesis import strategies as st

from config.ui import charts


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@given(st.lists(st.floats(min_value=0, max_value=1e12), max_size=40))
def test_columns_stand_on_the_floor_inside_the_picture(values):
    columns = charts.columns_of([(str(at), value) for at, value in enumerate(values)])
    for column in columns:
        assert column.y + column.height == pytest.approx(charts.FLOOR, abs=0.11)
        assert charts.TOP - 0.1 <= column.y <= charts.FLOOR
        assert column.x >= 0
        assert column.x + column.width <= charts.WIDTH + 0.1


def test_the_tallest_column_reaches_the_top():
    columns = charts.columns_of([("a", 1), ("b", 4)])
    assert columns[1].height == pytest.approx(charts.FLOOR - charts.TOP)
    assert columns[0].height == pytest.approx(columns[1].height / 4)


def test_the_plumb_line_of_a_histogram_stands_between_its_bars():
    bars = [("<640", 0.5, True), ("640", 1.1, True), ("660", 3.1, True), ("680", 6.3)]
    written = rendered("{% histogram bars 'Below 680' limit=3 limit_label='680' %}", bars=bars)
    assert 'class="plumb" x1="270.0"' in written
    assert written.count('class="f1"') == 3
    assert 'aria-label="Below 680"' in written


def test_many_bars_carry_no_values():
    bars = [(str(at), at) for at in range(13)]
    assert ">12.0<" not in rendered("{% histogram bars 'x' %}", bars=bars)
    assert ">11.0<" in rendered("{% histogram bars 'x' %}", bars=bars[:12])


def test_an_empty_chart_is_drawn_without_a_line():
    assert "plumb" not in rendered("{% histogram bars 'none' limit=1 %}", bars=[])
    assert "<rect" not in rendered("{% hbars rows 'none' %}", rows=[])
    assert "<circle" not in rendered("{% spark values %}", values=[])


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=9), st.floats(min_value=0, max_value=1e6))
@example([2.2250738585072014e-308], 0.0)
def test_bars_and_their_limit_share_one_scale(values, limit):
    rows = [("CA", value) for value in values]
    axis = charts.axis_of(rows, limit)
    assert axis.plumb == pytest.approx(axis.start + limit * axis.unit, abs=0.1)
    assert axis.start + max(*values, limit) * axis.unit <= charts.WIDTH - charts.VALUE_ROOM + 0.1


def test_a_value_is_not_written_across_the_plumb_line():
    axis = charts.Axis(start=34, unit=1, plumb=300)
    assert axis.clear_of_plumb(290, "27.6%") == 307
    assert axis.clear_of_plumb(100, "7.2%") == 100
    assert axis.clear_of_plumb(310, "32.0%") == 310


def test_a_flat_course_is_a_level_line():
    assert charts.spark([5, 5, 5])["points"] == "3.0,21.0 32.0,21.0 61.0,21.0"
