"""Layouts are told by what stands in a file, never by its name."""

from datetime import date
from pathlib import Path

import pytest

from loans.domain.formats import Unreadable
from portfolios.domain.factorfiles.layouts import layouts
from portfolios.domain.factorfiles.recognition import recognized
from tests.portfolios import agencyfiles as agency

HISTORY = [("F20Q10000001", "202601", "300000.00", "0", "1", "359", "6.000", "", "")]
FANNIE = {"Loan Identifier": "100000000001", "Monthly Reporting Period": "012026"}
FILES = {
    "gnma_factor_1": agency.ginnie_factor([agency.factor_line()]),
    "gnma_factor_2": agency.ginnie_factor([agency.factor_line(indicator="M")], program="II"),
    "gnma_sfps": agency.pool_summary([{"Pool ID": "AA1001"}]),
    "gse_factor": agency.gse_factor([{}]),
    "gse_loan_level": agency.gse_loans([{}]),
    "fannie_sflp": agency.fannie_history([FANNIE]),
    "freddie_sflld_performance": agency.freddie_history(HISTORY),
    "gnma_llmon": f"H{'GNMA_MBS_LL_MON_202608':<22}001 20260820260908\nP36\n",
}


@pytest.mark.parametrize("code", FILES)
def test_each_layout_is_told_from_the_others(tmp_path: Path, code: str) -> None:
    assert recognized(agency.written(tmp_path, FILES[code], "nothing.in.the.name")).layout.code == code


def test_every_layout_has_a_file_here_and_says_where_it_is_from() -> None:
    assert set(FILES) == set(layouts())
    assert all(layout.source and layout.status in {"stored", "recalled"} for layout in layouts().values())


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("code", ["gse_factor", "gse_loan_level"])
def test_with_and_without_a_header(tmp_path: Path, code: str, header: bool) -> None:
    made = {"gse_factor": agency.gse_factor, "gse_loan_level": agency.gse_loans}[code]([{}], header=header)
    found = recognized(agency.written(tmp_path, made))
    assert (found.layout.code, found.header_lines) == (code, int(header))


def test_columns_in_another_order_are_taken_by_name(tmp_path: Path) -> None:
    header, line = (row.split("|") for row in agency.gse_factor([{}]).splitlines())
    turned = "\n".join("|".join(row[::-1]) for row in (header, line))
    found = recognized(agency.written(tmp_path, turned + "\n"))
    assert found.layout.code == "gse_factor"
    assert found.names[-2] == "Security Identifier"


def test_a_header_that_lacks_what_is_needed_names_it(tmp_path: Path) -> None:
    text = "Security Factor|Security Identifier|Current Investor Loan UPB|CUSIP\n"
    with pytest.raises(Unreadable, match="laid out as none"):
        recognized(agency.written(tmp_path, text))
    text = "Security Identifier|Current Investor Loan UPB|Loan Identifier\n"
    assert recognized(agency.written(tmp_path, text)).layout.code == "gse_loan_level"


def test_the_day_of_the_header_line_where_there_is_no_title_line(tmp_path: Path) -> None:
    text = f"HDR.S81106.E00.CGNMA.S9998 040512\n{agency.factor_line()}\n"
    found = recognized(agency.written(tmp_path, text))
    assert (found.published_on, found.month) == (date(2012, 4, 5), date(2012, 4, 1))


def test_a_factor_is_of_the_month_after_the_reporting_period(tmp_path: Path) -> None:
    found = recognized(agency.written(tmp_path, agency.pool_summary([{}], period="202612", day="20270111")))
    assert (found.month, found.published_on) == (date(2027, 1, 1), date(2027, 1, 11))


def test_a_corrected_loan_file_says_so(tmp_path: Path) -> None:
    text = f"H{'GNMA_MBS_LL_MON_202608':<22}001Y20260820260908\n"
    assert recognized(agency.written(tmp_path, text)).correction
