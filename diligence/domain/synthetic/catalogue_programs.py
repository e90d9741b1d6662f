"""Defects of government loans, co-ops and manufactured homes, each on a loan that was clean as a conventional one.

A loan of another program reads differently to many rules, so these meet no other defect.
"""

from datetime import date

import polars as pl

from diligence.domain.synthetic.defect import ALONE, Defect, Profile, defect

col = pl.col
AGENCY: Profile = "agency"
INSURED = col("mi_certificate").is_not_null()
CONDO = col("property_type").is_in(["CondoAttached", "CondoDetached"])
FHA_WARNING, VA_WARNING = 637_000, 1_050_000  # USD, of DV-065 and DV-066
FHA_RESIDENTS_FROM = date(2025, 5, 25)
TOO_OLD_TOO = "EL-043"

GOVERNMENT = (
    defect("XF-072", ALONE, {"mortgage_type": "FHA"}, where=INSURED & ~CONDO, also=f"DV-065 {TOO_OLD_TOO}"),
    defect("XF-072", ALONE, {"mortgage_type": "VA"}, where=INSURED, also=f"DV-066 {TOO_OLD_TOO}"),
    defect(
        "XF-058",
        ALONE,
        {"mortgage_type": "FHA"},
        where=CONDO & ~INSURED,
        also=f"DV-065 {TOO_OLD_TOO}",
        needs="project_classification",
    ),
    defect(
        "DV-065",
        ALONE,
        {"mortgage_type": "FHA"},
        where=~INSURED & ~CONDO & (col("units") == 1) & (col("note_amount") > FHA_WARNING),
        also=TOO_OLD_TOO,
    ),
    defect(
        "DV-066",
        ALONE,
        {"mortgage_type": "VA"},
        where=~INSURED & (col("note_amount") > VA_WARNING),
        also=TOO_OLD_TOO,
    ),
    defect(
        "EL-043",
        ALONE,
        {"mortgage_type": "VA"},
        where=~INSURED & (col("loan_age_months") > 6),
        also="DV-066",
        profile=AGENCY,
    ),
    defect(
        "EL-048",
        ALONE,
        {"mortgage_type": "FHA", "citizenship": "NonPermanentResidentAlien"},
        where=~INSURED & ~CONDO & (col("application_date") >= FHA_RESIDENTS_FROM),
        also=f"DV-065 {TOO_OLD_TOO}",
        profile=AGENCY,
    ),
)

CONSTRUCTION = (
    defect(
        "XF-059",
        ALONE,
        {"property_type": "Cooperative", "pud_indicator": True},
        where=CONDO,
        also="EL-033 XF-068",
    ),
    defect(
        "EL-033",
        ALONE,
        {"property_type": "Cooperative"},
        where=CONDO & ((col("occupancy") == "Investment") | (col("subordinate_amount") > 0)),
        also="XF-068",
        profile=AGENCY,
    ),
    defect(
        "EL-034",
        ALONE,
        {"construction_method": "Manufactured"},
        where=col("occupancy") == "Investment",
        also="XF-067 EL-004",
        profile=AGENCY,
    ),
)

DEFECTS: tuple[Defect, ...] = GOVERNMENT + CONSTRUCTION
