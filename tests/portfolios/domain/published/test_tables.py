"""Every published number of the table that PUBLISHED_TABLES names, by default of those that ship."""

from decimal import Decimal

import pytest

from tests.portfolios.domain.published.dispatch import compute
from tests.portfolios.domain.published.rows import Percent, Row, UnknownRow, read_rows, table_paths

ROWS = [row for path in table_paths() for row in read_rows(path)]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_row_agrees_with_the_printed_digits(row: Row) -> None:
    if row.agrees == "NO":
        pytest.skip(f"Marked as a number that the formulas do not give: {row.note}")
    value = compute(row)
    assert row.accepts(value), f"{row}: printed {row.published}, computed {row.in_table_unit(value)}"


def test_there_are_rows_to_test() -> None:
    assert ROWS


def _row(**changes: str) -> Row:
    given = {"table_id": "SF-09", "variable": "CPR", "index": "", "unit": "percent", "published": "11.4"}
    given |= {"agrees": "yes", "note": "", "inputs_json": '{"smm_pct": 1.0}'}
    return Row(**(given | changes))


def test_unknown_families_and_variables_are_named() -> None:
    with pytest.raises(UnknownRow, match="no handler for the family ZZ"):
        compute(_row(table_id="ZZ-1"))
    with pytest.raises(UnknownRow, match="no rate is called colour"):
        compute(_row(variable="colour"))
    with pytest.raises(UnknownRow, match="computes CPR from moon"):
        compute(_row(inputs_json='{"moon": 1}'))


def test_a_row_is_held_to_its_printed_digits() -> None:
    assert _row().accepts(compute(_row()))
    assert not _row(published="11.5").accepts(compute(_row()))
    assert _row(published="11.5", agrees="last-digit").accepts(compute(_row()))
    assert _row(unit="fraction", published="0.1136").accepts(Percent(11.3615))
    assert _row(variable="end_balance/1e4", published="9.99").rounded(99_900.0) == Decimal("9.99")
