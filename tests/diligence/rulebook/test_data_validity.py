"""Each data validity rule: it fires, it clears, it says when it cannot tell."""

import pytest

from diligence.domain.rulebook import shipped_rulebook

from .case import Case, check, evaluation_of, loan_rules

STREET = {"property_address": "12 Main Street", "property_zip": "94107"}
GOOD_MIN, GOOD_ULI = "100015700040005437", "10BX939C5543TQA1144M999143X38"

CASES = (
    Case("DV-001", {"loan_id": None, "note_amount": 1}, {"loan_id": "7"}, absent="loan_id"),
    Case("DV-002", {"loan_id": "7", "copies_of_loan_id": 2}, {"copies_of_loan_id": 1}, "copies_of_loan_id"),
    Case("DV-020", {"note_rate": 0.0625}, {"note_rate": 0.5}, "note_rate", more_clear=({"note_rate": 0.0},)),
    Case(
        "DV-021",
        {"note_rate": 20.001},
        {"note_rate": 20.0},
        "note_rate",
        more_fires=({"note_rate": -0.001},),
        more_clear=({"note_rate": 0.0},),
    ),
    Case(
        "DV-022",
        {"note_rate": 6.6251},
        {"note_rate": 6.625},
        "note_rate",
        more_clear=({"note_rate": 6.1 + 0.2},),
    ),
    Case(
        "DV-023",
        {"note_rate": 9.501, "apor": 7.0},
        {"note_rate": 9.5},
        "apor note_rate",
        more_fires=({"note_rate": 4.4},),
    ),
    Case("DV-024", {"note_amount": 0}, {"note_amount": 0.01}, "note_amount", more_fires=({"note_amount": -5},)),
    Case(
        "DV-025",
        {"note_amount": 999.99, "loan_purpose": "Purchase"},
        {"note_amount": 1000},
        "note_amount loan_purpose",
        more_fires=({"note_amount": 499, "loan_purpose": None},),
        more_clear=({"note_amount": 500, "loan_purpose": "Refinance"},),
    ),
    Case(
        "DV-026",
        {
            "note_amount": 2_498_250.01,
            "mortgage_type": "Conventional",
            "units": 1,
            "note_date": "2026-05-01",
            "property_state": "CA",
        },
        {"note_amount": 2_498_250.0},
        "note_amount mortgage_type units",
        more_clear=({"mortgage_type": "VA"},),
    ),
    Case(
        "DV-027",
        {"note_amount": 250_000.01, "lien_position": "SecondLien"},
        {"note_amount": 250_000},
        "note_amount lien_position",
        more_clear=({"lien_position": "FirstLien"},),
    ),
    Case("DV-028", {"current_upb": -0.01}, {"current_upb": 0}, "current_upb"),
    Case(
        "DV-029",
        {"ltv": 0.8},
        {"ltv": 1.5},
        "ltv",
        more_fires=({"ltv": 80, "cltv": 0.9}, {"hcltv": 1.49, "ltv": 80}),
        more_clear=({"ltv": 0.0},),
    ),
    Case(
        "DV-030",
        {"ltv": 150.01},
        {"ltv": 150},
        "ltv",
        more_fires=({"cltv": 234, "ltv": 90},),
        more_clear=({"refinance_program": "DURefiPlus"},),
    ),
    Case("DV-031", {"ltv": 0}, {"ltv": 0.01}, "ltv", more_fires=({"ltv": 80, "cltv": -1},)),
    Case(
        "DV-032",
        {"dti": 0.43},
        {"dti": 1},
        "dti",
        more_fires=({"dti": 43, "housing_ratio": 0.28},),
        more_clear=({"dti": 0},),
    ),
    Case("DV-033", {"dti": 80.01}, {"dti": 80}, "dti", more_fires=({"dti": -0.01},), more_clear=({"dti": 0},)),
    Case("DV-034", {"housing_ratio": 43.02, "dti": 43}, {"housing_ratio": 43.01}, "dti housing_ratio"),
    Case(
        "DV-035",
        {"credit_score": 851},
        {"credit_score": 850},
        "credit_score",
        more_fires=({"credit_score": 299}, {"credit_score": 700, "coborrower_credit_score": 9999}),
        more_clear=({"credit_score": 300}, {"credit_score": 700, "borrower_credit_score": None}),
    ),
    Case("DV-036", {"credit_score": 9999}, {"credit_score": 700}, "credit_score"),
    Case(
        "DV-037",
        {"borrower_birth_date": "2008-06-02", "note_date": "2026-06-01"},
        {"note_date": "2026-06-02"},
        "borrower_birth_date note_date",
        more_fires=({"borrower_birth_date": "1925-06-01"}, {"borrower_birth_date": None, "borrower_age": 101}),
        more_clear=({"borrower_birth_date": "1925-06-02"},),
    ),
    Case(
        "DV-038",
        {"monthly_income": 499.99},
        {"monthly_income": 500},
        "monthly_income",
        more_fires=({"monthly_income": 900_000}, {"monthly_income": 5000, "borrower_income": 85}),
        more_clear=({"monthly_income": 0},),
    ),
    Case(
        "DV-039",
        {"maturity_term_months": 481},
        {"maturity_term_months": 480},
        "maturity_term_months",
        more_fires=({"maturity_term_months": 0}, {"maturity_term_months": 360, "amortization_term_months": 481}),
        more_clear=({"maturity_term_months": 1},),
    ),
    Case("DV-040", {"maturity_term_months": 30}, {"maturity_term_months": 360}, "maturity_term_months"),
    Case("DV-041", {"units": 0}, {"units": 4}, "units", more_fires=({"units": 5},), more_clear=({"units": 1},)),
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
    Case(
        "DV-062",
        {"note_date": "1969-12-31"},
        {"note_date": "1970-01-01"},
        "note_date",
        more_fires=({"note_date": "2020-01-01", "maturity_date": "2068-01-01"},),
        more_clear=({"note_date": "2020-01-01", "maturity_date": "2067-12-31"},),
    ),
    Case("DV-063", {"note_date": "2026-11-22"}, {"note_date": "2026-11-21"}, "note_date"),
    Case(
        "DV-064",
        {"application_date": "2024-01-31", "note_date": "2026-02-01"},
        {"note_date": "2026-01-31"},
        "application_date note_date",
    ),
    Case(
        "DV-065",
        {"note_amount": 637_000.01, "mortgage_type": "FHA", "units": 1},
        {"note_amount": 637_000},
        "note_amount mortgage_type units",
        more_clear=({"units": 2}, {"mortgage_type": "VA"}),
    ),
    Case(
        "DV-066",
        {"note_amount": 1_050_000.01, "mortgage_type": "VA"},
        {"note_amount": 1_050_000},
        "note_amount mortgage_type",
    ),
    Case(
        "DV-067",
        {"note_amount": 2_000_000, "monthly_income": 16_666},
        {"note_amount": 1_999_999.99},
        "note_amount monthly_income",
        more_clear=({"monthly_income": 16_667},),
    ),
    Case(
        "DV-068",
        {"year_built": 2028, "note_date": "2026-01-01"},
        {"year_built": 2027},
        "year_built note_date",
        more_fires=({"year_built": 1699, "note_date": None},),
        more_clear=({"year_built": 1700},),
    ),
    Case(
        "DV-069",
        {"borrower_count": 1, "borrower_last_name": "Doe", "coborrower_credit_score": 700},
        {"borrower_count": 2},
        "borrower_count",
        more_fires=({"borrower_count": 0, "coborrower_credit_score": None},),
        more_clear=({"coborrower_credit_score": None},),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case):
    check(case)


def test_no_rule_lacks_its_case():
    assert {case.code for case in CASES} == loan_rules("DV-")


def test_every_case_says_when_the_rule_cannot_tell():
    assert not [case.code for case in CASES if not case.undecided]


def test_rules_the_engine_runs_itself_are_described():
    described = {rule.code for rule in shipped_rulebook().rules if rule.group == "data-validity-file"}
    assert described == {f"DV-{n:03}" for n in (*range(3, 20), 70, 71)}


def test_warning_levels_of_2026_do_not_judge_earlier_years():
    from datetime import date

    earlier = evaluation_of("DV-066", [{"note_amount": 2e6, "mortgage_type": "VA"}], as_of=date(2025, 12, 31))
    assert earlier.counts["not_evaluated"].to_list() == [1]
