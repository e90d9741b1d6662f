"""Each data validity rule on identifiers, addresses and codes: it fires, it clears, it says when it cannot tell."""

import pytest

from .case import Case, check

STREET = {"property_address": "12 Main Street", "property_zip": "94107"}
GOOD_MIN, GOOD_ULI = "100015700040005437", "10BX939C5543TQA1144M999143X38"

CASES = (
    Case(
        "DV-042",
        {"property_state": "XX"},
        {"property_state": "PR"},
        "property_state",
        more_clear=({"property_state": "ca"},),
    ),
    Case(
        "DV-043",
        {"property_zip": "9410"},
        {"property_zip": "94107"},
        "property_zip",
        more_fires=({"property_zip": "94107-12"},),
        more_clear=({"property_zip": "94107-1234"}, {"property_zip": "941071234"}),
    ),
    Case(
        "DV-044",
        {"property_zip": "94107", "property_state": "NY"},
        {"property_state": "CA"},
        "property_zip property_state",
    ),
    Case(
        "DV-045",
        {"property_county": "06075", "property_state": "NY"},
        {"property_state": "CA"},
        "property_county property_state",
        more_fires=({"property_county": "36999"}, {"property_county": "999"}),
        more_clear=({"property_county": "36061"}, {"property_county": "061"}),
    ),
    Case(
        "DV-075",
        {"property_county": "Orange", "property_state": "OH"},
        {"property_state": "CA"},
        "property_county property_state",
        more_clear=({"property_county": "Franklin County"}, {"property_county": "39999"}),
    ),
    Case(
        "DV-046",
        {"census_tract": "06075012301", "property_county": "06001"},
        {"property_county": "06075"},
        "census_tract property_county",
        more_clear=({"census_tract": "06001012301"},),
    ),
    Case(
        "DV-047",
        STREET | {"property_address": None},
        STREET,
        absent="property_address",
        more_clear=({**STREET, "property_zip": None},),
    ),
    Case(
        "DV-048",
        {"property_address": "12 Main Street; 14 Main Street"},
        STREET,
        "property_address",
        more_fires=(
            {"property_address": "x" * 50 + "1 " + "y" * 50},
            {"property_address": "TBD lot 4"},
            {"property_address": "Elm Street"},
            {"property_address": "12 Elm*"},
            {"property_address": "1234"},
        ),
        more_clear=({"property_address": "12 Main St Apt 4"}, {"property_address": "1 Portland Ave"}),
    ),
    Case(
        "DV-049",
        {"property_address": "P.O. Box 12"},
        STREET,
        "property_address",
        more_fires=({"property_address": "PO BOX 9"},),
    ),
    Case(
        "DV-050",
        {"mers_min": "100015700040005431"},
        {"mers_min": GOOD_MIN},
        "mers_min",
        more_fires=({"mers_min": "12345"}, {"mers_min": "0" * 18}),
        more_clear=({"mers_min": "1000157-0004000543-7"},),
    ),
    Case("DV-051", {"uli": GOOD_ULI[:-1] + "9"}, {"uli": GOOD_ULI}, "uli", more_fires=({"uli": "SHORT38"},)),
    Case(
        "DV-053",
        {"borrower_ssn": "666-12-3456"},
        {"borrower_ssn": "219-09-1234"},
        "borrower_ssn",
        more_fires=tuple(
            {"borrower_ssn": n} for n in ("000123456", "912345678", "123004567", "123450000", "078051120", "555555555")
        ),
        more_clear=({"borrower_tin_type": "EmployerIdentificationNumber"},),
    ),
    Case(
        "DV-054",
        {"borrower_ssn": "900931234", "borrower_tin_type": "IndividualTaxpayerIdentificationNumber"},
        {"borrower_ssn": "900701234"},
        "borrower_ssn borrower_tin_type",
        more_fires=({"borrower_ssn": "800701234"},),
        more_clear=({"borrower_tin_type": "SocialSecurityNumber"},),
    ),
    Case(
        "DV-055",
        {"borrower_ssn": "XXX-XX-1234"},
        {"borrower_ssn": "219-09-1234"},
        "borrower_ssn",
        more_fires=({"borrower_ssn": "1234"},),
    ),
    Case(
        "DV-056",
        {"originator_nmls_id": "12A45"},
        {"originator_nmls_id": "123456"},
        "originator_nmls_id",
        more_fires=(
            {"originator_nmls_id": "1" * 13},
            {"originator_nmls_id": "1", "origination_company_nmls_id": "n/k"},
        ),
    ),
    Case("DV-057", {"ucdp_doc_file_id": "123456789"}, {"ucdp_doc_file_id": "1234567890"}, "ucdp_doc_file_id"),
    Case(
        "DV-058",
        {"mi_certificate": "0123456"},
        {"mi_certificate": "12345678AB"},
        "mi_certificate",
        more_fires=({"mi_certificate": "12345678901"}, {"mi_certificate": "12-345"}),
    ),
    Case(
        "DV-059",
        {"investor_feature_ids": "127;127"},
        {"investor_feature_ids": "127;003"},
        "investor_feature_ids",
        more_fires=(
            {"investor_feature_ids": "12"},
            {"investor_feature_ids": ";".join(str(n) for n in range(100, 111))},
        ),
        more_clear=({"investor_feature_ids": ";".join(str(n) for n in range(100, 110))},),
    ),
    Case("DV-060", {"investor_feature_ids": "127;998"}, {"investor_feature_ids": "127"}, "investor_feature_ids"),
    Case(
        "DV-061",
        {"aus_case_id": "123456789", "aus_type": "DesktopUnderwriter"},
        {"aus_case_id": "1234567890"},
        "aus_case_id aus_type",
        more_fires=({"aus_type": "LoanProductAdvisor"},),
        more_clear=({"aus_case_id": "A1234567", "aus_type": "LoanProductAdvisor"}, {"aus_type": "Manual"}),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case):
    check(case)
