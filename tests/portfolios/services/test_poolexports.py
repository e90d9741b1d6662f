"""A pool's months as CSV and as a workbook."""

import csv
import io
from decimal import Decimal

import fastexcel
import pytest

from portfolios.queries.series import series
from portfolios.services import poolexports
from tests.portfolios import paying

pytestmark = pytest.mark.django_db


def rows_of(security) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(poolexports.csv_of(series(security)).decode())))


def test_every_month_with_published_computed_and_inputs():
    security = paying.paying(skip=[4])
    factor = paying.factors()[13] + Decimal("0.00000412")
    paying.published(security, (14, str(factor)))
    rows = rows_of(security)
    assert [row["month"] for row in rows][:2] == ["2025-01-01", "2025-02-01"]
    assert len(rows) == 15
    last = rows[-1]
    assert last["factor"] == last["published_factor"] == f"{factor:.8f}"
    assert last["computed_factor"] == f"{paying.factors()[13]:.8f}"
    assert last["difference"] == "0.00000412"
    assert last["source"] == "published"
    assert last["published_on"] == "2026-03-06"
    assert float(last["speed_remaining"]) == paying.REMAINING - 13
    assert last["speed_basis"] == "the rate and terms recorded for the month before"
    month = series(security).latest
    assert float(last["cpr_3_pct"]) == pytest.approx(month.cpr_three)
    assert rows[4]["source"] == "no factor"
    assert rows[4]["factor"] == ""
    assert float(rows[4]["forecast_factor"]) > 0


def test_the_workbook_has_the_same_numbers_and_explains_its_columns():
    security = paying.paying(name="=HYPERLINK(1)")
    book = fastexcel.read_excel(poolexports.xlsx_of(series(security)))
    months = book.load_sheet("Months").to_polars()
    assert months.columns == list(poolexports.COLUMNS)
    assert months["factor"].to_list()[1:] == [float(factor) for factor in paying.factors()]
    says = dict(book.load_sheet("Columns", header_row=None).to_polars().iter_rows())
    assert says["Pool"] == "'=HYPERLINK(1)"
    assert says["smm_pct"] == poolexports.COLUMNS["smm_pct"][1]


def test_a_pool_without_months_gives_the_heads_alone():
    found = series(paying.pool())
    assert poolexports.csv_of(found).decode().splitlines() == [",".join(poolexports.COLUMNS)]
    assert fastexcel.read_excel(poolexports.xlsx_of(found)).sheet_names == ["Months", "Columns"]
