"""Criteria over the rulebook: own rules, other severities, other values, rules left out, and every mistake named."""

from datetime import date

import pytest

from diligence.domain.criteria_rules import ruleset_for, with_criteria
from diligence.domain.rulebook import BrokenRulebook, shipped_rulebook
from loans.domain.criteria import BrokenCriteria, load_text, shipped, shipped_texts

AS_OF = date(2026, 11, 21)
HEAD = 'code = "OWN"\nname = "Own"\nversion = "1"\nprofile = "agency"\neffective_from = 2026-01-01\n'
OWN_RULE = """
[[rule]]
code = "OWN-001"
title = "Small loan"
severity = "fatal"
component = "credit"
fields = ["note_amount"]
fires = "note_amount < least"
params = { least = 50000 }
message = "{note_amount} is below {least}."
cure = "Drop the loan."
waivable = "no"
source = "The purchaser"
source_status = "design"
"""


def rules_of(text: str) -> dict:
    return {rule.code: rule for rule in ruleset_for(shipped_rulebook(), criteria_text=text, as_of=AS_OF).rules.values()}


def test_without_criteria_only_rules_for_everyone_run():
    assert {rule.profile for rule in rules_of("").values()} == {"all"}


@pytest.mark.parametrize("code", sorted(shipped()))
def test_criteria_that_ship_fit_the_rulebook(code):
    ruleset = ruleset_for(shipped_rulebook(), criteria_text=shipped_texts()[code], as_of=AS_OF)
    assert ruleset.tests


def test_an_own_rule_joins_and_keeps_its_numbering():
    plain, joined = rules_of(HEAD), rules_of(HEAD + OWN_RULE)
    assert joined.keys() - plain.keys() == {"OWN-001"}


def test_rules_are_left_out_and_severities_changed():
    text = HEAD + '[rules]\nexclude = ["EL", "DV-030"]\n[severity.DV-021]\nseverity = "warning"\n'
    rules = rules_of(text)
    assert not [code for code in rules if code.startswith("EL-") or code == "DV-030"]
    assert rules["DV-021"].severity == "warning"


def test_a_value_replaces_a_param():
    text = HEAD + "[params.DV-021]\nhighest = 12\n"
    ruleset = ruleset_for(shipped_rulebook(), criteria_text=text, as_of=AS_OF)
    (number,) = [number for number, rule in ruleset.rules.items() if rule.code == "DV-021"]
    assert "> 12" in next(test.sql for test in ruleset.tests if test.rule_no == number)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[params.XX-001]\nmost = 1\n", "OWN: there is no rule XX-001"),
        ("[params.DV-021]\nmost = 1\n", "OWN: rule DV-021 has no param most"),
        ('[rules]\nexclude = ["QQ"]\n', "OWN: no rule is called QQ"),
        (OWN_RULE.replace("note_amount <", "note_amout <"), "OWN: OWN-001: fires: unknown name note_amout"),
        (OWN_RULE.replace("OWN-001", "DV-021"), "DV-021: the code is already used"),
        (OWN_RULE.replace("note_amount < least", "race = 'White'"), "a protected characteristic drives no rule"),
    ],
)
def test_a_mistake_in_criteria_is_named(text, complaint):
    with pytest.raises(BrokenRulebook) as broken:
        with_criteria(shipped_rulebook(), load_text(HEAD + text, name="own"))
    assert complaint in str(broken.value)


def test_criteria_that_cannot_be_read_are_refused():
    with pytest.raises(BrokenCriteria):
        ruleset_for(shipped_rulebook(), criteria_text="code = ", as_of=AS_OF)
