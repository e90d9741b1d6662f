"""From a rulebook to the tests of one run: params put in, `each` written out, the profile's rules chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from diligence.domain import expressions
from diligence.domain.expressions import Literal
from diligence.domain.rule import Rule
from diligence.domain.rulebook import Rulebook
from diligence.domain.rulecheck import AS_OF, placeholders
from diligence.domain.vocabulary import Vocabulary, shipped
from diligence.domain.wording import literal_text

PROFILES: dict[str, frozenset[str]] = {
    "all": frozenset({"all"}),
    "agency": frozenset({"all", "agency"}),
    "agency_mbs": frozenset({"all", "agency", "agency_mbs"}),
    "freddie_mac": frozenset({"all", "agency", "freddie_mac"}),
    "private": frozenset({"all", "private"}),
}


@dataclass(frozen=True, slots=True)
class Test:
    """One expression over one loan: a rule, or a rule for one of its `each` fields."""

    rule_no: int
    seq: int
    sql: str
    names: frozenset[str]
    fields: tuple[str, ...]
    seen: tuple[str, ...]
    template: str
    message_names: frozenset[str]
    words: Mapping[str, str]
    severity: int

    @property
    def key(self) -> str:
        """The name of the column that holds this test's outcome."""
        return f"outcome_{self.rule_no}_{self.seq}"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one run, by number, with the tests of those that look at one loan at a time."""

    rules: Mapping[int, Rule]
    tests: tuple[Test, ...]
    as_of: date
    profile: str
    vocabulary: Vocabulary

    def numbers(self, scope: str) -> dict[str, int]:
        """Rule code to number, for the rules of one scope."""
        return {rule.code: number for number, rule in self.rules.items() if rule.scope == scope}


def compile_rules(
    rulebook: Rulebook,
    *,
    profile: str,
    as_of: date,
    params_override: Mapping[str, Mapping[str, Literal]] | None = None,
    takes: Callable[[str], bool] | None = None,
    vocabulary: Vocabulary | None = None,
) -> RuleSet:
    """Choose the profile's rules and write their expressions out for the day.

    `params_override` holds values by code and name; `takes` may leave rules out by their code.
    """
    words = vocabulary or shipped()
    chosen = {
        number: rule
        for number, rule in rulebook.numbered().items()
        if rule.profile in PROFILES[profile] and (takes is None or takes(rule.code))
    }
    override = params_override or {}
    tests = [
        test
        for number, rule in chosen.items()
        if rule.scope == "loan"
        for test in _tests(number, rule, rule.params_on(as_of) | dict(override.get(rule.code, {})), as_of, words)
    ]
    return RuleSet(chosen, tuple(tests), as_of, profile, words)


def _tests(number: int, rule: Rule, params: dict[str, Literal], as_of: date, words: Vocabulary) -> list[Test]:
    params = params | {AS_OF: as_of}
    return [_test(number, rule, (seq, each), params, as_of, words) for seq, each in enumerate(rule.each or ("",))]


def _test(
    number: int, rule: Rule, place: tuple[int, str], params: dict[str, Literal], as_of: date, words: Vocabulary
) -> Test:
    seq, each = place
    put_in = {name: expressions.literal(value) for name, value in params.items()} | ({"value": each} if each else {})
    sql = expressions.substitute(condition(rule), put_in)
    names = expressions.names_in(sql) & words.names.keys()
    template = rule.message.replace("{value}", f"{{{each}}}")
    texts = {name: literal_text(value) for name, value in params.items()}
    if each:
        texts["label"] = words.names[each].label
    used = placeholders(template)
    fields = _fields(rule, each, words)
    seen = words.fields_behind(names) & words.of_kind("field") | set(fields)
    return Test(
        number, seq, sql, names, fields, tuple(sorted(seen)), template, used & words.names.keys(),
        texts, rule.severity_on(as_of),
    )  # fmt: skip


def condition(rule: Rule) -> str:
    """`applies AND fires` as one expression."""
    return f"({rule.applies}) AND ({rule.fires})" if rule.applies else rule.fires


def _fields(rule: Rule, each: str, words: Vocabulary) -> tuple[str, ...]:
    others = [name for name in rule.fields if name not in rule.each and name in words.of_kind("field")]
    return (each, *others) if each else tuple(others)
