"""Charts, stratifications and the heat table from stored values."""

from dataclasses import asdict

import polars as pl
import pytest

from diligence.domain import summaries
from diligence.queries import pictures
from loans.domain.criteria import shipped_texts


@pytest.fixture
def summary():
    loans = pl.DataFrame(
        {
            "current_upb": [100_000.0, 300_000.0, 400_000.0, 200_000.0],
            "credit_score": [610, 690, 785, None],
            "ltv": [96.0, 80.0, 55.0, 80.01],
            "property_state": ["CA", "CA", "OR", None],
        }
    )
    return {
        "totals": asdict(summaries.totals(loans)),
        "strata": [asdict(table) for table in summaries.strata(loans)],
        "layered": asdict(summaries.layered_risk(loans)),
    }


def test_the_plumb_line_stands_at_the_edge_of_the_limit(summary):
    charts = pictures.charts(summary, shipped_texts()["FNMA-2026-09"])
    assert charts.ltv.plumb_label == "95"
    assert [bar[0] for bar in charts.ltv.bars if bar[2]] == ["97", ">97"]
    assert [bar[0] for bar in charts.score.bars][charts.score.plumb] == "680"
    assert charts.score.note == "10.00% below 680, at most 20%"
    assert charts.ltv.note == "10.00% above 95, at most 10%"


def test_behind_every_chart_stands_its_table(summary):
    charts = pictures.charts(summary, shipped_texts()["FNMA-2026-09"])
    states, score, _ = charts.every
    assert [(row.label, row.loans, row.upb) for row in states.rows][:2] == [("CA", 2, 400_000.0), ("OR", 1, 400_000.0)]
    for chart in charts.every:
        assert sum(row.share for row in chart.rows) == pytest.approx(100.0)
    assert [row.label for row in score.rows if row.counted] == ["Below 620"]


def test_the_line_is_explained_only_where_one_stands(summary):
    assert pictures.charts(summary, shipped_texts()["FNMA-2026-09"]).has_limit
    assert not pictures.charts(summary, shipped_texts()["DATA"]).has_limit


def test_without_criteria_there_is_no_line(summary):
    charts = pictures.charts(summary)
    assert (charts.score.plumb, charts.ltv.plumb, charts.states.plumb) == (None, None, None)


def test_blanks_are_no_bar(summary):
    charts = pictures.charts(summary)
    assert [bar[:2] for bar in charts.states.bars] == [("CA", 40.0), ("OR", 40.0)]
    assert sum(bar[1] for bar in charts.score.bars) == pytest.approx(80.0)


def test_the_heat_table_adds_up_to_everything(summary):
    layered = pictures.layered(summary)
    cells = [cell for _, row in layered.rows for cell in row]
    assert sum(cell.share for cell in cells) == pytest.approx(100.0)
    assert sum(cell.loans for cell in cells) == 4
    assert layered.rows[-1][0] == "Blank"
    assert "Blank" not in layered.columns


@pytest.mark.parametrize(("share", "heat"), [(0, 0), (0.01, 1), (2, 1), (2.01, 2), (6.5, 3), (40, 4)])
def test_darkness_follows_the_share(share, heat):
    assert pictures.Cell(share, 1).heat == heat


def test_an_unknown_stratification_shows_the_first(summary):
    assert pictures.strata(summary, "nonsense").table["name"] == "credit_score"
    assert pictures.strata(summary, "ltv").table["name"] == "ltv"
    assert max(band["bar"] for band in pictures.strata(summary, "ltv").table["bands"]) == 1.0


def test_before_anything_is_stored_there_is_nothing_to_draw():
    assert pictures.charts({}) is None
    assert pictures.strata({}, "ltv") is None
    assert pictures.layered({}) is None
