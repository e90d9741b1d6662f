"""The data validity rules as a whole."""

from datetime import date

from diligence.domain import cells, wholetape
from diligence.domain.rulebook import shipped_rulebook

from .case import evaluation_of, loan_rules
from .test_data_validity_identifiers import CASES as IDENTIFIERS
from .test_data_validity_values import CASES as VALUES

CASES = (*VALUES, *IDENTIFIERS)


def test_no_rule_lacks_its_case():
    assert {case.code for case in CASES} == loan_rules("DV-")


def test_every_case_says_when_the_rule_cannot_tell():
    assert not [case.code for case in CASES if not case.undecided]


def test_rules_the_engine_runs_itself_are_described_and_no_others():
    described = {rule.code for rule in shipped_rulebook().rules if rule.group == "data-validity-file"}
    assert described == {cells.REQUIRED, *cells.CELL_RULES, *wholetape.CODES}


def test_warning_levels_of_2026_do_not_judge_earlier_years():
    earlier = evaluation_of("DV-066", [{"note_amount": 2e6, "mortgage_type": "VA"}], as_of=date(2025, 12, 31))
    assert earlier.counts["not_evaluated"].to_list() == [1]
