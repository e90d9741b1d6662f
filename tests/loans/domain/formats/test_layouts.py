"""The agencies' own layouts are recognized by themselves and say what their columns mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from loans.domain.fields import FIELD, FieldType
from loans.domain.formats import LAYOUTS, Layout, OpenTape, fannie, fannie_acquisition, freddie, gse, open_tape
from loans.domain.formats.code_names import FANNIE, FREDDIE
from loans.domain.formats.tape import REMARK
from tests.loans.domain.formats.conftest import Opener, cells, sentences

REAL = Path(__file__).resolve().parents[4].parent / "shared" / "data"
AGENCIES = [freddie.LAYOUT, fannie.LAYOUT, fannie_acquisition.LAYOUT, gse.LAYOUT]

FREDDIE_LOAN = (
    "720|202103|N|205102|33124|0|1|P|80|38|250000|80|3.125|R|N|FRM|FL|SF|33100|F21Q10000001|P|360|2|"
    "A BANK|B BANK|||9||2|N"
)
FREDDIE_HEADER = (
    "CREDIT_SCORE|FIRST_PAYMENT_DATE|FIRST_TIME_HOMEBUYER_FLAG|MATURITY_DATE|MSA|MORTGAGE_INSURANCE_PERCENTAGE|"
    "NUMBER_OF_UNITS|OCCUPANCY_STATUS|ORIGINAL_CLTV|ORIGINAL_DEBT_TO_INCOME_RATIO|ORIGINAL_UPB|ORIGINAL_LTV|"
    "ORIGINAL_INTEREST_RATE|CHANNEL|PREPAYMENT_PENALTY_MORTGAGE_FLAG|AMORTIZATION_TYPE|PROPERTY_STATE|PROPERTY_TYPE|"
    "POSTAL_CODE|LOAN_SEQUENCE_NUMBER|LOAN_PURPOSE|ORIGINAL_LOAN_TERM|NUMBER_OF_BORROWERS|SELLER_NAME|SERVICER_NAME|"
    "SUPER_CONFORMING_FLAG|PRE_HARP_LOAN_SEQUENCE_NUMBER|PROGRAM_INDICATOR|HARP_INDICATOR|PROPERTY_VALUATION_METHOD|"
    "INTEREST_ONLY_INDICATOR|SOURCE_QUARTER"
)


def line(values: dict[int, str], width: int) -> str:
    """A pipe-separated line with values at positions (from 1)."""
    return "|".join(values.get(position, "") for position in range(1, width + 1))


def fannie_line(loan: str, month: str, balance: str, width: int = 113) -> str:
    values = {
        2: loan, 3: month, 4: "R", 5: "Other", 8: "6.125", 9: "6.125", 10: "250000.00", 12: balance, 13: "360",
        14: "012021", 15: "032021", 16: "3", 17: "357", 18: "357", 19: "022051", 20: "80", 21: "80", 22: "2", 23: "38",
        24: "720", 27: "P", 28: "SF", 29: "1", 30: "P", 31: "FL", 33: "331", 35: "FRM", 40: "00",
    }  # fmt: skip
    return line(values, width)


def gse_line(loan: str, width: int = 116) -> str:
    values = {
        1: loan, 2: "N", 3: "CL", 4: "AB1234", 5: "31400AAA1", 6: "250000.00", 7: "249000.00", 8: "240000.00", 9: "FRM",
        10: "6.125", 11: "6.125", 12: "6.125", 13: "5.5", 14: "5.5", 15: "032021", 16: "022051", 17: "360", 18: "300",
        19: "60", 20: "80", 21: "80", 22: "999", 23: "9999", 27: "2", 29: "N", 30: "P", 31: "1", 32: "SF", 33: "R",
        34: "FL", 37: "000", 104: "30-59",
    }  # fmt: skip
    return line(values, width)


def test_freddie_origination_with_header_and_an_extra_column(opened: Opener) -> None:
    tape = opened(f"{FREDDIE_HEADER}\n{FREDDIE_LOAN}|2021Q1\n" + f"{FREDDIE_LOAN}|2021Q1\n", name="t.psv")
    assert tape.layout.code == "freddie_sflld"
    assert tape.header_row == 1
    assert tape.rows == 2
    assert tape.layout.field_of["LOAN_SEQUENCE_NUMBER"] == "loan_id"
    assert tape.layout.field_of["ORIGINAL_DEBT_TO_INCOME_RATIO"] == "dti"
    assert tape.layout.second_field_of["LOAN_PURPOSE"] == "refinance_cash_out_type"
    assert tape.layout.null_codes["CREDIT_SCORE"] == {"9999"}
    assert tape.layout.date_orders["MATURITY_DATE"] == "ym"
    assert "SOURCE_QUARTER" not in tape.layout.field_of
    assert not tape.layout.masked_zip
    assert tape.layout.amount_rounding == 1_000


@pytest.mark.parametrize("ending", ["", "|N"])
def test_freddie_origination_without_header(opened: Opener, ending: str) -> None:
    tape = opened(f"{FREDDIE_LOAN}{ending}\n{FREDDIE_LOAN}{ending}\n", name="t.txt")
    assert tape.layout.code == "freddie_sflld"
    assert tape.header_row is None
    assert tape.rows == 2
    assert tape.columns[0] == "Credit Score"
    assert len(tape.columns) == (32 if ending else 31)
    assert tape.layout.field_of["Loan Sequence Number"] == "loan_id"
    assert tape.notes == ()


def test_freddie_origination_of_one_loan(opened: Opener) -> None:
    assert opened(FREDDIE_LOAN + "\n").layout.code == "freddie_sflld"


@pytest.mark.parametrize("width", [26, 27])
def test_freddie_origination_of_the_first_releases(opened: Opener, width: int) -> None:
    """Loan numbers then were F1, year and quarter, six digits."""
    older = FREDDIE_LOAN.replace("F21Q10000001", "F117Q1000001").split("|")[:width]
    tape = opened("|".join(older) + "\n", name="historical_data1_Q12017.txt")
    assert tape.layout.code == "freddie_sflld"
    assert len(tape.columns) == width


def test_freddie_origination_with_the_names_of_its_sample_program(opened: Opener) -> None:
    header = (
        "fico,dt_first_pi,flag_fthb,dt_matr,cd_msa,mi_pct,cnt_units,occpy_sts,cltv,dti,orig_upb,ltv,int_rt,channel,"
        "ppmt_pnlty,amrtzn_type,st,prop_type,zipcode,id_loan,loan_purpose,orig_loan_term,cnt_borr,seller_name,"
        "servicer_name,flag_sc,id_loan_preharp,ind_afdl,ind_harp,cd_ppty_val_type,flag_int_only"
    )
    tape = opened(header + "\n" + FREDDIE_LOAN.replace("|", ",") + "\n")
    assert tape.layout.code == "freddie_sflld"
    assert tape.layout.field_of["dt_matr"] == "maturity_date"
    assert tape.layout.date_orders["dt_first_pi"] == "ym"
    assert "9999" in tape.layout.null_codes["fico"]


def test_fannie_performance_with_the_names_of_its_sample_program(opened: Opener) -> None:
    own = {official: code for code, official in FANNIE.items()}
    header = "|".join(own.get(name, name.upper().replace(" ", "_")) for name in (fannie.LAYOUT.columns or ()))
    lines = [fannie_line("100000000001", month, "240000.00") for month in ("012026", "022026")]
    tape = opened("\n".join([header, *lines]) + "\n", name="2026Q1.csv")
    assert tape.layout.code == "fannie_sflp"
    assert tape.rows == 1
    assert tape.layout.field_of["PRODUCT"] == "amortization_type"


ACQUISITION = "100000827571|R|OTHER|6.5|225000|360|03/2007|05/2007|90|90|1|41|712|U|P|SF|1|P|CA|902|25|FRM|701|1|N"


@pytest.mark.parametrize("width", [22, 24, 25])
def test_fannie_acquisition_files_of_before_2020(opened: Opener, width: int) -> None:
    tape = opened("|".join(ACQUISITION.split("|")[:width]) + "\n", name="Acquisition_2007Q1.txt")
    assert tape.layout.code == "fannie_acquisition"
    assert tape.layout.field_of["Original UPB"] == "note_amount"
    assert tape.layout.date_orders["First Payment Date"] == "my"
    assert "U" in tape.layout.null_codes["First Time Home Buyer Indicator"]
    assert set(tape.layout.required) <= {*tape.layout.field_of.values(), *tape.layout.constants}


def test_fannie_acquisition_with_the_names_of_its_sample_program(opened: Opener) -> None:
    header = (
        "LOAN_ID|ORIG_CHN|Seller.Name|ORIG_RT|ORIG_AMT|ORIG_TRM|ORIG_DTE|FRST_DTE|OLTV|OCLTV|NUM_BO|DTI|CSCORE_B|"
        "FTHB_FLG|PURPOSE|PROP_TYP|NUM_UNIT|OCC_STAT|STATE|ZIP_3|MI_PCT|Product.Type|CSCORE_C|MI_TYPE|RELOCATION_FLG"
    )
    tape = opened(f"{header}\n{ACQUISITION}\n")
    assert tape.layout.code == "fannie_acquisition"
    assert tape.layout.field_of["ZIP_3"] == "property_zip"


def test_a_lenders_tape_of_as_many_columns_stays_the_lenders(opened: Opener) -> None:
    header = "|".join(f"Field {n}" for n in range(31))
    tape = opened(f"{header}\n" + ("|".join(["x"] * 31) + "\n") * 3)
    assert tape.layout.code == "lender"


def test_layout_can_be_chosen(opened: Opener) -> None:
    tape = opened("Loan Identifier,City\nA1,Reno\n", layout="gse_mbs_loan_level")
    assert tape.layout.code == "gse_mbs_loan_level"
    assert tape.layout.field_of == {"Loan Identifier": "loan_id"}
    assert opened(f"{FREDDIE_HEADER}\n{FREDDIE_LOAN}|Q\n", layout="lender").layout.code == "lender"


@pytest.mark.parametrize("width", [108, 110, 113])
def test_fannie_performance_keeps_the_latest_month_of_a_loan(opened: Opener, width: int) -> None:
    lines = [
        fannie_line("100000000001", "112021", "249000.00", width),
        fannie_line("100000000001", "122021", "248000.00", width),
        fannie_line("100000000001", "012022", "247000.00", width),
        fannie_line("100000000002", "012022", "199000.00", width),
        fannie_line("100000000002", "122021", "200000.00", width),
    ]
    tape = opened("\n".join(lines) + "\n", name="2021Q1.csv")
    assert tape.layout.code == "fannie_sflp"
    assert tape.rows == 2
    frame = tape.head(5)
    assert frame["row_no"].to_list() == [1, 2]
    assert frame["Loan Identifier"].to_list() == ["100000000001", "100000000002"]
    assert frame["Current Actual UPB"].to_list() == ["247000.00", "199000.00"]
    assert "5 lines for 2 loans" in sentences(tape, REMARK)[0]
    assert [batch.height for batch in tape.batches(1)] == [1, 1]


def test_fannie_performance_of_one_month_is_taken_as_it_is(opened: Opener) -> None:
    lines = [fannie_line(f"10000000000{n}", "012022", "1000.00") for n in range(5)]
    tape = opened("\n".join(lines) + "\n")
    assert tape.rows == 5
    assert tape.notes == ()


def test_gse_disclosure_with_repeated_fillers(opened: Opener) -> None:
    header = "|".join("Filler" if name.startswith("Filler") else name for name in gse.LAYOUT.columns or ())
    tape = opened(f"{header}\n{gse_line('U90133000006')}\n{gse_line('U90133000007')}\n")
    assert tape.layout.code == "gse_mbs_loan_level"
    assert len(tape.columns) == 116
    assert tape.columns[23:26] == ("Filler", "Filler (2)", "Filler (3)")
    assert tape.layout.field_of["Current Investor Loan UPB"] == "current_upb"


@pytest.mark.parametrize("width", [108, 110, 116, 117])
def test_gse_disclosure_without_header(opened: Opener, width: int) -> None:
    tape = opened(f"{gse_line('U90133000006', width)}\n{gse_line('U90133000007', width)}\n")
    assert tape.layout.code == "gse_mbs_loan_level"
    assert len(tape.columns) == width
    assert cells(tape)[0][0] == "U90133000006"


@pytest.mark.parametrize("layout", AGENCIES, ids=lambda layout: layout.code)
def test_every_field_of_a_layout_is_canonical(layout: Layout) -> None:
    named = {*layout.field_of.values(), *layout.second_field_of.values(), *layout.value_maps, *layout.constants}
    assert named <= set(FIELD)
    assert set(layout.required) <= {*layout.field_of.values(), *layout.constants}


@pytest.mark.parametrize("layout", AGENCIES, ids=lambda layout: layout.code)
def test_every_translated_value_is_accepted_by_its_field(layout: Layout) -> None:
    for name, codes in layout.value_maps.items():
        accepted = {value.split("(")[0] for value in FIELD[name].enum_values}
        if FIELD[name].type is FieldType.BOOLEAN:
            accepted = {"true", "false"}
        if accepted:
            assert {value for value in codes.values() if value is not None} <= accepted, name


@pytest.mark.parametrize("layout", AGENCIES, ids=lambda layout: layout.code)
def test_dates_of_a_layout_have_an_order_and_columns_exist(layout: Layout) -> None:
    dated = {column for column, name in layout.field_of.items() if FIELD[name].type is FieldType.DATE}
    assert set(layout.date_orders) == dated
    known = {*(layout.columns or ()), *FANNIE, *FREDDIE, *fannie_acquisition.NAMES}
    assert set(layout.second_field_of) <= known
    assert {name for name in layout.field_of if name in known} >= set(layout.date_orders)


def test_layouts_are_listed_by_code() -> None:
    agencies = {"freddie_sflld", "fannie_sflp", "fannie_acquisition", "gse_mbs_loan_level"}
    assert set(LAYOUTS) == {"lender", "uldd", *agencies}


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="the local loan data is not beside the repository")
class TestRealData:
    """Files of the agencies, and synthetic servicing tapes, recognized without help."""

    @pytest.mark.parametrize(
        ("name", "code", "rows", "width"),
        [
            ("freddie_origination_2017.psv", "freddie_sflld", 20_000, 32),
            ("freddie_pool_U90133.psv", "gse_mbs_loan_level", 268, 116),
            ("real_pool_A_loans.csv", "lender", 1_468, 22),
        ],
    )
    def test_agency_files(self, name: str, code: str, rows: int, width: int) -> None:
        tape = open_real(name)
        assert tape.layout.code == code
        assert tape.rows == rows
        assert len(tape.columns) == width
        assert len(cells(tape)) == rows
        assert set(tape.layout.required) <= {*tape.layout.field_of.values(), *tape.layout.constants}

    def test_freddie_origination_without_its_header(self, tmp_path: Path) -> None:
        lines = (REAL / "freddie_origination_2017.psv").read_text().splitlines()[1:]
        path = tmp_path / "headerless.txt"
        path.write_text("\n".join(text.rpartition("|")[0] for text in lines) + "\n")
        tape = open_tape(path, name=path.name)
        assert tape.layout.code == "freddie_sflld"
        assert tape.rows == 20_000

    def test_gse_disclosure_without_its_header(self, tmp_path: Path) -> None:
        lines = (REAL / "freddie_pool_U90133.psv").read_text().splitlines()[1:]
        path = tmp_path / "headerless.txt"
        path.write_text("\n".join(lines) + "\n")
        tape = open_tape(path, name=path.name)
        assert tape.layout.code == "gse_mbs_loan_level"
        assert tape.rows == 268

    @pytest.mark.parametrize(
        ("name", "sheet", "rows"),
        [
            ("MSR_Tape_Apr2026.xlsx", "Apr 2026", 1_676),
            ("MSR_Tape_Apr2026_SUBSERVICER.xlsx", "Apr 2026", 1_676),
            ("MSR_Tape_Feb2026.xlsx", "Feb 2026", 1_332),
            ("MSR_Tape_Jan2026_SUBSERVICER.xlsx", "Jan 2026", 1_186),
            ("MSR_Tape_Mar2026.xlsx", "Mar 2026", 1_493),
            ("MSR_Tape_Mar2026_SUBSERVICER.xlsx", "Mar 2026", 1_493),
        ],
    )
    def test_servicing_workbooks(self, name: str, sheet: str, rows: int) -> None:
        tape = open_real(f"msr_tapes/{name}")
        assert tape.sheet == sheet
        assert tape.header_row == 3
        assert tape.rows == rows
        assert tape.columns[:3] == ("Loan ID", "Loan Type", "Purpose")
        assert tape.percent_columns == {"Rate", "Net Serv Fee"}
        assert all(row[0].startswith("MSR") for row in cells(tape))


def open_real(name: str) -> OpenTape:
    return open_tape(REAL / name, name=name)
