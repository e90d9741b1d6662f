"""Defects of single cells: blanks, wrong types, impossible values, broken identifiers."""

import polars as pl

from diligence.domain.synthetic.defect import Defect, defect

col = pl.col


def _precise(rate: pl.Expr) -> pl.Expr:
    """A rate written with more decimals than rates have on a tape."""
    return rate.cast(pl.Decimal(18, 5)).cast(pl.String)


CELLS = (
    defect("DV-001", "loan_id", {"loan_id": None}, also="DV-003"),
    defect("DV-002", "loan_id", {"loan_id": col("loan_id").gather(pl.int_range(pl.len()) // 2 * 2)}, paired=True),
    defect("DV-003", "year_built", {"year_built": None}),
    defect("DV-003", "first_name", {"borrower_first_name": None}),
    defect("DV-003", "estate", {"estate_type": None}),
    defect("DV-005", "year_built", {"year_built": "19x2"}),
    defect("DV-005", "income", {"monthly_debt": "see note"}),
    defect("DV-005", "reserves", {"reserves_months": "six"}),
    defect("DV-006", "valuation", {"valuation_date": "02/30/2025"}, where=col("valuation_date").is_not_null()),
    defect("DV-006", "people", {"borrower_birth_date": "06/31/1980"}),
    defect("DV-008", "attachment", {"attachment_type": "Somewhat"}),
    defect("DV-008", "channel", {"originator_type": "Walk-in window"}),
    defect("DV-017", "reserves", {"reserves_amount": "#REF!"}),
    defect("DV-017", "income", {"dti": "#DIV/0!"}),
    defect("DV-018", "city", {"property_city": "=VLOOKUP(A2,Cities,2,0)"}),
    defect("DV-019", "people", {"borrower_birth_date": "TBD"}),
    defect("DV-019", "year_built", {"year_built": "pending"}),
)

NUMBERS = (
    defect(
        "DV-020",
        "money",
        {"note_rate": _precise(col("note_rate") / 100)},
        also="XF-009 DV-023 XF-076 XF-024 XF-047 XF-050 XF-027 XF-085 XF-079 CMP-022 PRC-011",
    ),
    defect(
        "DV-021",
        "money",
        {"note_rate": col("note_rate") * 10},
        where=col("note_rate") > 2.2,
        also="XF-009 DV-023 XF-024 XF-027 XF-046 XF-050 XF-084 XF-079 XF-076",
    ),
    defect("DV-022", "money", {"note_rate": _precise(col("note_rate") + 0.0001)}, also="XF-010 XF-050"),
    defect(
        "DV-023",
        "money",
        {
            "apor": (col("note_rate") + 2.9).round(2),
            "rate_spread": (col("apr") - (col("note_rate") + 2.9).round(2)).round(3),
        },
    ),
    defect(
        "DV-024",
        "alone",
        {"note_amount": -col("note_amount")},
        also="XF-001 XF-003 XF-004 XF-009 XF-023 XF-070 XF-024 XF-082 XF-083 DV-025 XF-076 XF-008",
    ),
    defect(
        "DV-025",
        "alone",
        {"note_amount": 450.0},
        also="XF-001 XF-003 XF-004 XF-009 XF-023 XF-024 XF-070 XF-082 XF-083 XF-027 XF-008 CMP-027 XF-038 XF-076",
    ),
    defect(
        "DV-026",
        "alone",
        {"note_amount": col("note_amount") * 100},
        where=col("note_amount") > 60_000,
        also="XF-001 XF-003 XF-004 XF-009 XF-024 XF-070 EL-020 EL-004 DV-067 XF-027 CMP-033",
    ),
    defect("DV-028", "money", {"current_upb": -col("current_upb")}, also="XF-024 XF-027"),
    defect("DV-029", "money", {"hcltv": (col("hcltv") / 100).round(4)}, also="XF-004 XF-006"),
    defect("DV-030", "money", {"hcltv": col("hcltv") + 150}, also="XF-004 EL-003"),
    defect("DV-031", "money", {"ltv": 0.0}, also="XF-001 XF-007 PRC-001 PRC-002 PRC-005 DV-029"),
    defect("DV-032", "income", {"housing_ratio": (col("housing_ratio") / 100).round(4)}),
    defect(
        "DV-033", "income", {"dti": 88.0, "monthly_debt": (col("monthly_income") * 0.88).round(2)}, also="EL-009 EL-015"
    ),
    defect("DV-034", "income", {"housing_ratio": col("dti") + 5}),
    defect("DV-035", "score", {"borrower_credit_score": 905}),
    defect("DV-036", "score", {"credit_score": 9999}, also="DV-035"),
    defect("DV-037", "people", {"borrower_birth_date": col("note_date").dt.offset_by("-11y")}),
    defect("DV-038", "income", {"borrower_income": 95.0}),
    defect("DV-039", "money", {"amortization_term_months": 600}, also="XF-009 XF-075 XF-024 XF-027"),
    defect(
        "DV-040",
        "money",
        {"maturity_term_months": col("maturity_term_months") // 12},
        where=col("maturity_term_months").is_in([360, 180, 240, 300]),
        also="XF-012 XF-028 XF-052 XF-075 XF-009 EL-028 PRC-002",
    ),
    defect("DV-041", "units", {"units": 7}, where=col("property_type") == "TwoToFourUnit", also="XF-061"),
    defect("DV-062", "valuation", {"valuation_date": pl.date(1955, 3, 1)}, where=col("valuation_date").is_not_null()),
    defect(
        "DV-063",
        "alone",
        {"note_date": col("maturity_date").dt.offset_by("-1y")},
        also="XF-015 XF-019 XF-014 DV-064 DV-037 DV-062 DV-068 EL-020 XF-070 CMP-022 CMP-027",
    ),
    defect("DV-064", "dates", {"application_date": col("note_date").dt.offset_by("-3y")}, also="EL-006"),
    defect("DV-068", "year_built", {"year_built": 1492}),
    defect(
        "DV-069", "people", {"borrower_count": 1}, where=col("borrower_count") == 2, needs="coborrower_credit_score"
    ),
)

PLACES = (
    defect("DV-042", "place", {"property_state": "ZZ"}, also="DV-044 DV-045"),
    defect("DV-043", "place", {"property_zip": col("property_zip").str.slice(0, 4) + "X"}),
    defect("DV-044", "place", {"property_zip": "99501"}, where=col("property_state") != "AK"),
    defect("DV-045", "place", {"property_county": "06037"}, where=col("property_state") != "CA", also="DV-046"),
    defect(
        "DV-046",
        "place",
        {"census_tract": "48201" + col("census_tract").str.slice(5)},
        where=col("property_state") != "TX",
    ),
    defect("DV-047", "place", {"property_address": None}, also="DV-003"),
    defect("DV-048", "place", {"property_address": col("property_address") + " and adjoining lot"}, also="XF-086"),
    defect("DV-049", "place", {"property_address": "PO Box 4410"}),
)

IDENTIFIERS = (
    defect(
        "DV-050",
        "min",
        {
            "mers_min": col("mers_min").str.slice(0, 17)
            + ((col("mers_min").str.slice(17).cast(pl.Int64) + 1) % 10).cast(pl.String)
        },
    ),
    defect(
        "DV-051",
        "uli",
        {
            "uli": col("uli").str.slice(0, 30)
            + pl.when(col("uli").str.slice(30) == "41").then(pl.lit("42")).otherwise(pl.lit("41"))
        },
    ),
    defect("DV-053", "people", {"borrower_ssn": "000-12-3456"}),
    defect(
        "DV-054",
        "people",
        {"borrower_ssn": "912-34-5678", "borrower_tin_type": "IndividualTaxpayerIdentificationNumber"},
    ),
    defect("DV-055", "people", {"borrower_ssn": "XXX-XX-1234"}),
    defect("DV-056", "nmls", {"originator_nmls_id": "NMLS# 12A45"}),
    defect(
        "DV-057",
        "appraisal",
        {"ucdp_doc_file_id": col("ucdp_doc_file_id").str.slice(0, 8)},
        where=col("ucdp_doc_file_id").is_not_null(),
    ),
    defect("DV-058", "mi", {"mi_certificate": "0-" + col("mi_certificate")}, where=col("mi_certificate").is_not_null()),
    defect("DV-059", "features", {"investor_feature_ids": col("investor_feature_ids") + ";12A"}, also="DV-060"),
    defect("DV-060", "features", {"investor_feature_ids": col("investor_feature_ids") + ";999"}),
    defect("DV-061", "aus", {"aus_case_id": col("aus_case_id").str.slice(0, 7)}),
)

DEFECTS: tuple[Defect, ...] = CELLS + NUMBERS + PLACES + IDENTIFIERS
