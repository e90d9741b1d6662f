"""Writes the tapes under `tests/data/should_pass` and `should_fail`: `python -m tests.diligence.write_fixture_tapes`.

Every loan is synthetic. What is expected of the files is kept apart, in `expected.json`, and only changed by hand.
"""

import gzip
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from diligence.domain.synthetic import headers
from diligence.domain.synthetic.columns import LEAN, text_of
from diligence.domain.synthetic.files import as_deliveries_write, write_xlsx
from diligence.domain.synthetic.loans import clean_loans
from loans.domain.formats.layout_tables import column_names_of
from loans.domain.formats.uldd_write import write_uldd

DATA = Path(__file__).resolve().parent.parent / "data"
AS_OF = date(2026, 9, 15)
LOANS = 24
Cells = Mapping[tuple[int, str], str | None]
"""(row from 1, field or column) → what to put there."""

LENDERS_DEFECTS: Cells = {
    (2, "loan_id"): "7000000001",
    (4, "note_amount"): "twelve",
    (5, "property_zip"): "99501",
    (6, "units"): "7",
    (7, "ltv"): "0.00",
    (9, "maturity_date"): "01/01/2031",
    (10, "credit_score"): "9999",
    (11, "borrower_ssn"): "000-12-3456",
    (12, "loan_purpose"): "Speculation",
    (14, "property_city"): "=HYPERLINK(1)",
    (15, "year_built"): "#REF!",
    (16, "current_upb"): "-100.00",
}
FREDDIES_DEFECTS: Cells = {
    (2, "Number of Units"): "7",
    (3, "Original Combined Loan-to-Value (CLTV)"): "12",
    (4, "Postal Code"): "99500",
    (5, "Credit Score"): "905",
    (6, "Original UPB"): "many",
    (7, "Maturity Date"): "203102",
}
FANNIES_DEFECTS: Cells = {
    (2, "Number of Units"): "7",
    (3, "Original Combined Loan to Value Ratio (CLTV)"): "12",
    (4, "Zip Code Short"): "995",
    (5, "Original Interest Rate"): "66.250",
    (6, "Origination Date"): "132025",
}
GSES_DEFECTS: Cells = {
    (2, "Number of Units"): "7",
    (3, "Combined Loan-To-Value (CLTV)"): "12",
    (4, "Borrower Credit Score"): "905",
    (5, "Mortgage Loan Amount"): "-5",
    (6, "Maturity Date"): "152055",
}


def main() -> None:
    loans = fixed_rate_loans()
    for folder, spoiled in (("should_pass", False), ("should_fail", True)):
        out = DATA / folder
        out.mkdir(parents=True, exist_ok=True)
        lenders_files(out, with_cells(text_of(loans.select(LEAN)), LENDERS_DEFECTS if spoiled else {}))
        write(out / "freddie_sflld.psv", with_cells(freddie(loans), FREDDIES_DEFECTS if spoiled else {}), header=False)
        write(out / "freddie_sflld_header.psv", with_cells(freddie(loans), FREDDIES_DEFECTS if spoiled else {}))
        write(out / "fannie_sflp.psv", with_cells(fannie(loans), FANNIES_DEFECTS if spoiled else {}), header=False)
        write(out / "gse_loan_level.psv", with_cells(gse(loans), GSES_DEFECTS if spoiled else {}), header=False)


def fixed_rate_loans() -> pl.DataFrame:
    """Fixed-rate loans with payments made, so that every layout can say all it has to say about them."""
    drawn = clean_loans(np.random.default_rng(2026), first=1, n=200, as_of=AS_OF)
    chosen = drawn.filter(
        pl.col("amortization_type") == "Fixed", pl.col("loan_age_months") > 0, pl.col("subordinate_amount") == 0
    ).head(LOANS)
    return chosen.with_columns(loan_id=pl.int_range(7_000_000_001, 7_000_000_001 + LOANS).cast(pl.String))


def with_cells(text: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    for (row, name), value in cells.items():
        text = text.with_columns(
            pl.when(pl.int_range(pl.len()) == row - 1).then(pl.lit(value)).otherwise(name).alias(name)
        )
    return text


def lenders_files(out: Path, text: pl.DataFrame) -> None:
    """One tape in every way a lender sends it."""
    named = text.rename(headers(), strict=False)
    plain = named.write_csv()
    (out / "comma.csv").write_text(plain, encoding="utf-8")
    (out / "bom.csv").write_text(plain, encoding="utf-8-sig")
    (out / "utf16.csv").write_text(plain, encoding="utf-16")
    accented = with_cells(text, {(1, "property_city"): "Piñon Flats"}).rename(headers(), strict=False)
    (out / "latin1.csv").write_text(accented.write_csv(), encoding="latin-1")
    (out / "quoted.csv").write_text(named.write_csv(quote_style="always"), encoding="utf-8")
    for name, separator in (("tab.tsv", "\t"), ("pipe.txt", "|"), ("semicolon.csv", ";")):
        (out / name).write_text(named.write_csv(separator=separator), encoding="utf-8")
    (out / "packed.csv.gz").write_bytes(gzip.compress(plain.encode(), mtime=0))
    with zipfile.ZipFile(out / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("tape.csv", (2026, 9, 15, 0, 0, 0)), plain)
    write_xlsx(iter([text]), out / "workbook.xlsx")
    write_uldd(as_deliveries_write(text), out / "delivery.xml")


def write(path: Path, text: pl.DataFrame, *, header: bool = True) -> None:
    path.write_text(text.write_csv(separator="|", include_header=header), encoding="utf-8")


Columns = Mapping[str, pl.Expr]
PURPOSE = pl.coalesce(
    pl.when(pl.col("loan_purpose") == "Purchase").then(pl.lit("P")),
    pl.when(pl.col("refinance_cash_out_type") == "CashOut").then(pl.lit("C")),
)
OCCUPANCY = pl.col("occupancy").str.slice(0, 1)
KIND = pl.col("property_type").replace_strict({"PUD": "PU", "CondoAttached": "CO", "CondoDetached": "CO"}, default="SF")
CHANNEL = pl.col("originator_type").replace_strict({"Lender": "R", "Broker": "B", "Correspondent": "C"})
WHOLE_LTV = pl.col("ltv").ceil().cast(pl.Int64).cast(pl.String)
FIRST_TIMER = pl.when("first_time_homebuyer").then(pl.lit("Y")).otherwise(pl.lit("N"))


def whole(name: str) -> pl.Expr:
    return pl.col(name).round(0).cast(pl.Int64).cast(pl.String)


def rate(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Decimal(9, 3)).cast(pl.String)


def money(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Decimal(14, 2)).cast(pl.String)


def day(name: str, written: str) -> pl.Expr:
    return pl.col(name).dt.strftime(written)


def laid_out(loans: pl.DataFrame, names: tuple[str, ...], cells: Columns) -> pl.DataFrame:
    """The columns of a layout in its order; what a loan does not say stays blank."""
    return loans.select(cells.get(name, pl.lit(None, pl.String)).cast(pl.String).alias(name) for name in names)


def freddie(loans: pl.DataFrame) -> pl.DataFrame:
    sequence = pl.lit("F26Q1") + pl.col("loan_id").str.slice(3)
    return laid_out(
        loans,
        column_names_of("layout_freddie_sflld_origination.csv")[:32],
        {
            "Credit Score": whole("credit_score"),
            "First Payment Date": day("first_payment_date", "%Y%m"),
            "First Time Homebuyer Flag": FIRST_TIMER,
            "Maturity Date": day("maturity_date", "%Y%m"),
            "Mortgage Insurance Percentage (MI %)": whole("mi_coverage_pct"),
            "Number of Units": whole("units"),
            "Occupancy Status": OCCUPANCY,
            "Original Combined Loan-to-Value (CLTV)": WHOLE_LTV,
            "Original Debt-to-Income (DTI) Ratio": whole("dti"),
            "Original UPB": (pl.col("note_amount") / 1000).round(0).cast(pl.Int64) * 1000,
            "Original Loan-to-Value (LTV)": WHOLE_LTV,
            "Original Interest Rate": rate("note_rate"),
            "Channel": CHANNEL,
            "Prepayment Penalty Mortgage (PPM) Flag": pl.lit("N"),
            "Amortization Type (Formerly Product Type)": pl.lit("FRM"),
            "Property State": pl.col("property_state"),
            "Property Type": KIND,
            "Postal Code": pl.col("property_zip").str.slice(0, 3) + "00",
            "Loan Sequence Number": sequence,
            "Loan Purpose": PURPOSE.fill_null("N"),
            "Original Loan Term": whole("maturity_term_months"),
            "Number of Borrowers": whole("borrower_count"),
            "Seller Name": pl.lit("SYNTHETIC LENDER"),
            "Servicer Name": pl.lit("SYNTHETIC LENDER"),
            "Program Indicator": pl.lit("9"),
            "Property Valuation Method": pl.lit("2"),
            "Interest Only (I/O) Indicator": pl.lit("N"),
        },
    )


def fannie(loans: pl.DataFrame) -> pl.DataFrame:
    return laid_out(
        loans,
        column_names_of("layout_fannie_sflp_113.csv"),
        {
            "Loan Identifier": pl.lit("99") + pl.col("loan_id"),
            "Monthly Reporting Period": pl.lit("092026"),
            "Channel": CHANNEL,
            "Seller Name": pl.lit("Synthetic Lender"),
            "Original Interest Rate": rate("note_rate"),
            "Current Interest Rate": rate("note_rate"),
            "Original UPB": money("note_amount"),
            "Current Actual UPB": money("current_upb"),
            "Original Loan Term": whole("maturity_term_months"),
            "Origination Date": day("note_date", "%m%Y"),
            "First Payment Date": day("first_payment_date", "%m%Y"),
            "Loan Age": whole("loan_age_months"),
            "Remaining Months to Legal Maturity": whole("remaining_term_months"),
            "Remaining Months To Maturity": whole("remaining_term_months"),
            "Maturity Date": day("maturity_date", "%m%Y"),
            "Original Loan to Value Ratio (LTV)": WHOLE_LTV,
            "Original Combined Loan to Value Ratio (CLTV)": WHOLE_LTV,
            "Number of Borrowers": whole("borrower_count"),
            "Debt-To-Income (DTI)": whole("dti"),
            "Borrower Credit Score at Origination": whole("credit_score"),
            "First Time Home Buyer Indicator": FIRST_TIMER,
            "Loan Purpose": PURPOSE.fill_null("R"),
            "Property Type": KIND,
            "Number of Units": whole("units"),
            "Occupancy Status": OCCUPANCY,
            "Property State": pl.col("property_state"),
            "Zip Code Short": pl.col("property_zip").str.slice(0, 3),
            "Mortgage Insurance Percentage": pl.when(pl.col("mi_coverage_pct") > 0).then(money("mi_coverage_pct")),
            "Amortization Type": pl.lit("FRM"),
            "Prepayment Penalty Indicator": pl.lit("N"),
            "Interest Only Loan Indicator": pl.lit("N"),
            "Current Loan Delinquency Status": pl.lit("00"),
            "Modification Flag": pl.lit("N"),
            "Mortgage Insurance Type": pl.when(pl.col("mi_coverage_pct") > 0).then(pl.lit("1")),
            "Relocation Mortgage Indicator": pl.lit("N"),
            "Property Valuation Method": pl.lit("A"),
            "High Balance Loan Indicator": pl.when("high_balance_indicator").then(pl.lit("Y")).otherwise(pl.lit("N")),
        },
    )


def gse(loans: pl.DataFrame) -> pl.DataFrame:
    return laid_out(
        loans,
        column_names_of("layout_gse_mbs_loan_level_116.csv"),
        {
            "Loan Identifier": pl.col("loan_id"),
            "Loan Correction Indicator": pl.lit("N"),
            "Prefix": pl.lit("CL"),
            "Security Identifier": pl.lit("ZZ9999"),
            "CUSIP": pl.lit("999999ZZ9"),
            "Mortgage Loan Amount": money("note_amount"),
            "Issuance Investor Loan UPB": money("note_amount"),
            "Current Investor Loan UPB": money("current_upb"),
            "Amortization Type": pl.lit("FRM"),
            "Original Interest Rate": rate("note_rate"),
            "Issuance Interest Rate": rate("note_rate"),
            "Current Interest Rate": rate("note_rate"),
            "First Payment Date": day("first_payment_date", "%m%Y"),
            "Maturity Date": day("maturity_date", "%m%Y"),
            "Loan Term": whole("maturity_term_months"),
            "Remaining Months to Maturity": whole("remaining_term_months"),
            "Loan Age": whole("loan_age_months"),
            "Loan-To-Value (LTV)": WHOLE_LTV,
            "Combined Loan-To-Value (CLTV)": WHOLE_LTV,
            "Debt-To-Income (DTI)": whole("dti"),
            "Borrower Credit Score": whole("credit_score"),
            "Number of Borrowers": whole("borrower_count"),
            "First Time Home Buyer Indicator": FIRST_TIMER,
            "Loan Purpose": PURPOSE.fill_null("N"),
            "Occupancy Status": OCCUPANCY,
            "Number of Units": whole("units"),
            "Property Type": KIND,
            "Channel": CHANNEL,
            "Property State": pl.col("property_state"),
            "Seller Name": pl.lit("SYNTHETIC LENDER"),
            "Servicer Name": pl.lit("SYNTHETIC LENDER"),
            "Mortgage Insurance Percent": whole("mi_coverage_pct"),
            "Interest Only Loan Indicator": pl.lit("N"),
            "Prepayment Penalty Indicator": pl.lit("N"),
            "Days Delinquent": pl.lit("0"),
            "Property Valuation Method": pl.lit("A"),
        },
    )


if __name__ == "__main__":
    main()
