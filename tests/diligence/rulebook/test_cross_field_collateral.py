"""Each cross-field rule on collateral: it fires, it clears, it says when it cannot tell."""

import pytest

from .case import Case, check

CONDO = {
    "property_type": "CondoAttached",
    "project_legal_structure": "Condominium",
    "project_classification": "V",
    "project_name": "Elm",
    "project_unit_count": 80,
    "project_attachment": "Attached",
}

CASES = (
    Case(
        "XF-055",
        CONDO | {"project_name": None},
        CONDO,
        "property_type",
        absent="project_name",
        more_clear=({"property_type": "SingleFamilyDetached"},),
    ),
    Case(
        "XF-056",
        {"project_classification": None, "mortgage_type": "Conventional"},
        {"project_classification": "G"},
        "mortgage_type",
        absent="project_classification",
        more_clear=({"mortgage_type": "VA"},),
    ),
    Case(
        "XF-057",
        {"project_classification": "Q", "application_date": "2026-08-03"},
        {"application_date": "2026-08-02"},
        "project_classification application_date",
        more_fires=({"project_classification": "X"},),
        more_clear=({"project_classification": "V"},),
    ),
    Case(
        "XF-058",
        CONDO | {"mortgage_type": "FHA"},
        {"project_classification": "U"},
        "project_classification mortgage_type property_type",
        more_clear=({"mortgage_type": "Conventional"}, {"property_type": "SingleFamilyDetached"}),
    ),
    Case(
        "XF-059",
        CONDO | {"pud_indicator": True},
        {"pud_indicator": False},
        "pud_indicator property_type",
        more_fires=({"pud_indicator": False, "property_type": "SingleFamilyDetached", "project_classification": "E"},),
        more_clear=({"property_type": "PUD"},),
    ),
    Case(
        "XF-060",
        {"units": 1, "property_type": "TwoToFourUnit", "property_address": "1 Elm St"},
        {"units": 2},
        "units property_type",
        more_fires=(
            {"units": 2, "property_type": "CondoAttached"},
            {"units": 2, "property_type": "SingleFamilyDetached"},
        ),
        more_clear=({"property_type": "SingleFamilyDetached"},),
    ),
    Case(
        "XF-061",
        {"units": 2, "unit_bedrooms": "3", "unit_eligible_rent": "0;1500"},
        {"unit_bedrooms": "3;2"},
        "units",
        absent="unit_bedrooms",
        more_fires=({"unit_bedrooms": None}, {"unit_bedrooms": "3;2", "unit_eligible_rent": "1500"}),
        more_clear=({"units": 1, "occupancy": "PrimaryResidence"},),
    ),
    Case(
        "XF-062",
        {"flood_zone": "AE", "flood_insurance_indicator": None},
        {"flood_insurance_indicator": True},
        "flood_zone",
        absent="flood_insurance_indicator",
        more_fires=(
            {"flood_insurance_indicator": False},
            {"flood_zone": None, "sfha_indicator": True},
            {"flood_zone": "v12"},
        ),
        more_clear=({"flood_zone": "X", "sfha_indicator": False},),
    ),
    Case(
        "XF-063",
        {"flood_zone": "AE", "sfha_indicator": False},
        {"sfha_indicator": True},
        "flood_zone sfha_indicator",
        more_fires=({"flood_zone": "X", "sfha_indicator": True},),
        more_clear=({"flood_zone": "X"},),
    ),
    Case(
        "XF-064",
        {"collateral_program": "ValueAcceptance", "investor_feature_ids": "127"},
        {"investor_feature_ids": "127;801"},
        absent="investor_feature_ids",
        more_fires=({"investor_feature_ids": None}, {"collateral_program": None, "valuation_method": "None"}),
        more_clear=({"investor_feature_ids": "774"}, {"collateral_program": None, "valuation_method": "FullAppraisal"}),
    ),
    Case(
        "XF-065",
        {"investor_feature_ids": "127;801", "valuation_method": "FullAppraisal"},
        {"investor_feature_ids": "127"},
        "valuation_method",
        more_clear=({"valuation_method": "None"}, {"investor_feature_ids": None}),
    ),
    Case(
        "XF-066",
        {"ucdp_doc_file_id": None, "valuation_method": "FullAppraisal", "mortgage_type": "Conventional"},
        {"ucdp_doc_file_id": "1234567890"},
        "valuation_method mortgage_type",
        absent="ucdp_doc_file_id",
        more_clear=({"valuation_method": "None"},),
    ),
    Case(
        "XF-086",
        {"mailing_same_as_property": True, "mailing_address": "PO Box 9", "property_address": "12 Main St."},
        {"mailing_address": "12 MAIN ST, Reno NV 89501"},
        "mailing_same_as_property mailing_address property_address",
        more_clear=({"mailing_same_as_property": False},),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case):
    check(case)
