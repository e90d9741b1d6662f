"""Strata of several lots added up band by band."""

from hypothesis import given
from hypothesis import strategies as st

from diligence.domain.summaries import BLANK_BAND, SCORE
from portfolios.models import Lot
from portfolios.queries.sales.summary import MOST_CODES, Table, shortened, tables_of


def band(label, loans, upb, **figures):
    return {"label": label, "loans": loans, "upb": upb, "rate": None, "ltv": None, "dti": None, "score": None} | figures


def lot(name, *bands):
    total = band("Total", sum(one["loans"] for one in bands), sum(one["upb"] for one in bands))
    return Lot(summary={"strata": [{"name": name, "title": "T", "bands": list(bands), "total": total}]})


def test_bands_of_the_same_name_are_one_and_averages_are_weighted():
    first = lot("property_state", band("CA", 2, 300.0, rate=6.0), band("TX", 1, 100.0))
    second = lot("property_state", band("TX", 3, 500.0, rate=7.0), band("CA", 1, 100.0, rate=8.0))
    (table,) = tables_of([first, second])
    assert [(one.label, one.loans, one.upb) for one in table.bands] == [("TX", 4, 600.0), ("CA", 3, 400.0)]
    assert table.bands[1].rate == (300 * 6.0 + 100 * 8.0) / 400
    assert table.bands[0].rate == 7.0, "a band without the figure does not count"
    assert (table.total.loans, table.total.upb, table.total.share) == (7, 1000.0, 100.0)


def test_cuts_stand_as_they_are_cut_and_blanks_last():
    low, high = SCORE.labels[0], SCORE.labels[-1]
    (table,) = tables_of([lot("credit_score", band(high, 1, 1.0), band(BLANK_BAND, 1, 5.0), band(low, 1, 2.0))])
    assert [one.label for one in table.bands] == [low, high, BLANK_BAND]


def test_rates_go_upwards():
    (table,) = tables_of([lot("note_rate", band("10.000–10.499%", 1, 1.0), band("9.500–9.999%", 1, 2.0))])
    assert [one.label for one in table.bands] == ["9.500–9.999%", "10.000–10.499%"]


CODES = st.dictionaries(st.text("ABCXYZ", min_size=1, max_size=3), st.integers(1, 10**6), min_size=1, max_size=40)


@given(CODES, CODES)
def test_nothing_is_lost_in_the_sum_or_in_the_short_table(first, second):
    lots = [
        lot("property_state", *(band(name, 1, float(upb)) for name, upb in each.items())) for each in (first, second)
    ]
    (whole,) = tables_of(lots)
    short: Table = shortened(whole)
    assert whole.total.upb == sum(first.values()) + sum(second.values())
    for table in (whole, short):
        assert sum(one.loans for one in table.bands) == len(first) + len(second)
        assert sum(one.share or 0 for one in table.bands) - 100 < 1e-9
    assert len(short.bands) <= MOST_CODES + 1
