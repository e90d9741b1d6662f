"""The cross-field rules as a whole."""

from .case import evaluation_of, loan_rules
from .test_cross_field_collateral import CASES as COLLATERAL
from .test_cross_field_dates import CASES as DATES
from .test_cross_field_programs import CASES as PROGRAMS
from .test_cross_field_ratios import CASES as RATIOS
from .test_cross_field_terms import CASES as TERMS

CASES = (*RATIOS, *DATES, *TERMS, *COLLATERAL, *PROGRAMS)


def test_no_rule_lacks_its_case():
    assert {case.code for case in CASES} == loan_rules("XF-")


def test_every_case_says_when_the_rule_cannot_tell():
    assert not [case.code for case in CASES if not case.undecided]


def test_disclosed_two_unit_houses_without_address_are_not_judged():
    disclosed = evaluation_of("XF-060", [{"units": 2, "property_type": "SingleFamilyDetached"}])
    assert disclosed.counts["not_evaluated"].to_list() == [1]


def test_the_cut_off_is_the_tapes_own_where_most_loans_point_elsewhere():
    loans = [{"loan_age_months": 5, "first_payment_date": "2017-02-01"}] * 24
    odd = {"loan_age_months": 17, "first_payment_date": "2017-02-01"}
    assert evaluation_of("XF-026", [*loans, odd]).findings["row_no"].to_list() == [25]


def test_a_finding_states_both_numbers():
    loan = {
        "ltv": 78.5,
        "note_amount": 400_000,
        "loan_purpose": "Purchase",
        "appraised_value": 520_000,
        "sales_price": 500_000,
    }
    found = evaluation_of("XF-001", [loan]).findings["message"].to_list()
    assert found == ["LTV is 78.50% on the tape; $400,000 / $500,000 gives 80.00%."]
