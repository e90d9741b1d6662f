"""Rules that could not be evaluated, and what is missing for them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from diligence.domain.compiling import RuleSet
from diligence.models import Run, RunRule
from loans.domain.fields import FIELD


@dataclass(frozen=True)
class Gap:
    """A rule with loans on which it could not be evaluated.

    `absent` are labels of its inputs that have no column on the tape, `blank` of those that are blank on some loans.
    """

    rule: RunRule
    absent: list[str]
    blank: list[str]
    loans: int

    @property
    def everywhere(self) -> bool:
        """Whether no loan could be evaluated."""
        return self.rule.not_evaluated == self.loans


def gaps(run: Run, ruleset: RuleSet, *, mapped: Collection[str]) -> list[Gap]:
    """Rules that were not evaluated on some or all loans, those missing everywhere first. One query.

    `mapped` are the canonical fields that have a column on the tape.
    """
    inputs = inputs_by_rule(ruleset)
    rules = run.rules.filter(not_evaluated__gt=0)
    found = [_gap(rule, inputs.get(rule.rule_no, frozenset()), mapped, run.loan_count) for rule in rules]
    return sorted(found, key=lambda gap: (-gap.rule.not_evaluated, gap.rule.severity, gap.rule.code))


def inputs_by_rule(ruleset: RuleSet) -> dict[int, frozenset[str]]:
    """Rule number to the tape's fields that decide it."""
    fields = ruleset.vocabulary.of_kind("field")
    found: dict[int, frozenset[str]] = {}
    for test in ruleset.tests:
        behind = ruleset.vocabulary.fields_behind(test.names) & fields
        found[test.rule_no] = found.get(test.rule_no, frozenset()) | behind
    return found


def _gap(rule: RunRule, inputs: Collection[str], mapped: Collection[str], loans: int) -> Gap:
    absent = [name for name in inputs if name not in mapped]
    return Gap(rule, labels(absent), labels(set(inputs) - set(absent)), loans)


def labels(names: Iterable[str]) -> list[str]:
    return sorted(FIELD[name].label for name in names if name in FIELD)
