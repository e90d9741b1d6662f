"""Public files about mortgages that hold no loans for sale are told for what they are."""

from __future__ import annotations

import pytest

from loans.domain.formats import Unreadable, refuse_not_for_sale
from tests.loans.domain.formats.conftest import Opener

LEI = "B4TYDEB6GKMZO031MB27"
REGISTER = "|".join(["2", LEI, f"{LEI}ABC123", "20230117", "1", "1", "1", "1", "1", "205000", *["1"] * 100])
SHEET = f"1|A Bank|2023|4|Ann Ash|555-555-5555|ann@example.com|1 Elm St|Reno|NV|89501|9|2|01-0123456|{LEI}"
MODIFIED = "|".join(["2022", LEI, *["1"] * 83])
OLDER = "|".join(["2", "0123456789", "9", "A100", "20170117", "4", "2", "2", "1", "100", *["3"] * 29])
FREDDIE_MONTH = "|".join(["F07Q10000001", "200703", "150000", "0", "1", "359", *[""] * 26])
FANNIE_MONTH = "|".join(["100000827571", "05/01/2007", "OTHER", "6.5", "", "1", "359", "359", "04/2037", *[""] * 22])


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([SHEET, REGISTER, REGISTER], "HMDA"),
        ([MODIFIED, MODIFIED], "HMDA"),
        ([OLDER, OLDER], "HMDA"),
        (["activity_year,lei,state_code,action_taken,loan_amount", f"2022,{LEI},MO,1,205000"], "HMDA"),
        (["as_of_year,respondent_id,agency_code,action_taken", "2014,0000012345,7,1"], "HMDA"),
        ([FREDDIE_MONTH, FREDDIE_MONTH], "Freddie Mac's monthly performance"),
        (["id_loan|svcg_cycle|current_upb_amount", "F07Q10000001|200703|150000"], "Freddie Mac's monthly performance"),
        ([FANNIE_MONTH, FANNIE_MONTH], "Fannie Mae performance file of before 2020"),
    ],
)
def test_the_sentence_says_what_the_file_is(opened: Opener, lines: list[str], told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        refuse_not_for_sale(opened("\n".join(lines) + "\n"))


@pytest.mark.parametrize(
    "lines",
    [
        ["Loan Number,LEI,Action Taken,Current UPB", f"A1,{LEI},1,199000"],
        ["Loan Number,Current UPB,State", "A1,199000,NV"],
        ["2|A100|9", "2|A101|8"],
    ],
)
def test_tapes_of_loans_are_let_through(opened: Opener, lines: list[str]) -> None:
    refuse_not_for_sale(opened("\n".join(lines) + "\n"))
