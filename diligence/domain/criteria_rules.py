"""A purchaser's criteria put over the rulebook: its profile, its values, its severities, its own rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from diligence.domain.compiling import RuleSet, compile_rules
from diligence.domain.rule import Rule
from diligence.domain.rulebook import BrokenRulebook, Rulebook, load_entries
from diligence.domain.vocabulary import shipped
from loans.domain.criteria import Criteria, load_text
from loans.domain.lookups import Terms

NO_CRITERIA = ""
DEFAULT_PROFILE = "all"


def ruleset_for(rulebook: Rulebook, *, criteria_text: str, as_of: date) -> RuleSet:
    """The rules of a check against criteria given as TOML text, or of a check without any (an empty text).

    Raises BrokenCriteria or BrokenRulebook with every mistake.
    """
    if criteria_text == NO_CRITERIA:
        return compile_rules(rulebook, profile=DEFAULT_PROFILE, as_of=as_of)
    criteria = load_text(criteria_text, name="criteria")
    return criteria_ruleset(rulebook, criteria, as_of=as_of)


def criteria_ruleset(rulebook: Rulebook, criteria: Criteria, *, as_of: date) -> RuleSet:
    """The rules of a check against criteria; numbers are those of the rulebook with the criteria's own rules in it."""
    return compile_rules(
        with_criteria(rulebook, criteria),
        profile=criteria.profile,
        as_of=as_of,
        params_override=criteria.params,
        takes=criteria.takes,
        vocabulary=shipped(Terms(criteria.investor, criteria.underwriting)),
    )


def with_criteria(rulebook: Rulebook, criteria: Criteria) -> Rulebook:
    """The rulebook with the criteria's own rules and severities; raises BrokenRulebook with every mistake."""
    own = load_entries(criteria.own_rules, name=criteria.code)
    merged = rulebook.merged(own)
    errors = [f"{criteria.code}: {error}" for error in _unknown(merged, criteria)]
    if errors:
        raise BrokenRulebook(errors)
    return Rulebook(tuple(_with_severity(rule, criteria) for rule in merged.rules))


def _unknown(rulebook: Rulebook, criteria: Criteria) -> Iterator[str]:
    rules = rulebook.by_code()
    for code in sorted({*criteria.params, *criteria.severities} - rules.keys()):
        yield f"there is no rule {code}"
    for code, values in criteria.params.items():
        known = rules[code].params.keys() if code in rules else values.keys()
        yield from (f"rule {code} has no param {name}" for name in sorted(values.keys() - known))
    named = {*criteria.include, *criteria.exclude}
    for name in sorted(named):
        if not any(code == name or code.startswith(f"{name}-") for code in rules):
            yield f"no rule is called {name}"


def _with_severity(rule: Rule, criteria: Criteria) -> Rule:
    change = criteria.severities.get(rule.code)
    return replace(rule, severity=change.severity, fatal_from=change.fatal_from) if change else rule
