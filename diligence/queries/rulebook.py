"""The rulebook as people look through it, and what its rules found in the checks of an organization."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from diligence.domain.rule import SEVERITIES as SEVERITY_NUMBERS
from diligence.domain.rule import Rule
from diligence.domain.rulebook import shipped_rulebook
from diligence.models import Run, RunRule
from diligence.queries.results import SEVERITIES
from loans.domain.facts import FACTS
from loans.domain.fields import FIELD
from loans.domain.lookups import LOOKUPS

RUNS_SHOWN = 20
SHOWN_OF_HIT = ("open", "findings", "run__started_at", "run__version__number", "run__version__tape__name")
"""A version also holds what was found in its columns, a megabyte for twenty of them."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")
PROFILES = {
    "all": "Every check",
    "agency": "Both agencies",
    "agency_mbs": "Agency pools",
    "freddie_mac": "Freddie Mac",
    "private": "Private purchasers",
}
WAIVERS = {"with_authority": "Possible", "verify": "Verify only"}
SURENESS = {"stored": "Read", "recalled": "Recalled", "mixed": "Partly read", "design": "Own design"}


# The groups in the order in which a tape meets them, each with what its rules look at.
GROUPS = {
    "data-validity-file": "can the file be read, and is every required field there",
    "data-validity": "is each value possible, and is it in the right unit",
    "data-validity-identifiers": "addresses, registrations and check digits",
    "cross-field-ratios": "LTV, DTI and balances, computed again",
    "cross-field-dates": "payments, maturity and the order of dates",
    "cross-field-terms": "ARM, buydown and other terms against the product",
    "cross-field-programs": "feature codes, insurance and fees against each other",
    "cross-field-collateral": "property, project, flood and valuation",
    "eligibility": "ratios, scores, income and reserves against the matrix",
    "eligibility-terms": "terms, programs and properties that are not bought",
    "eligibility-seasoning": "age of the loan and how it was paid",
    "pricing": "mortgage insurance, price and servicing fee",
    "compliance": "ability to repay, qualified mortgage, high cost",
    "pool": "all loans of a bundle together",
}


@dataclass(frozen=True)
class Filters:
    """The filters of the page, as they stand in the address."""

    words: str = ""
    group: str = ""
    severity: str = ""
    source: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "Filters":
        severity, source = data.get("severity", ""), data.get("source", "")
        return cls(
            data.get("q", "").strip()[:100],
            data.get("group", ""),
            severity if severity in SEVERITIES else "",
            source if source in SURENESS else "",
        )


@dataclass(frozen=True)
class Page:
    """Rules under the filters; counts follow the other filters."""

    filters: Filters
    rules: list[Rule]
    groups: list[tuple[str, str, int]]
    severities: dict[str, int]
    sources: dict[str, int]
    total: int

    @property
    def sections(self) -> list[tuple[str, str, str, list[Rule]]]:
        """Name, title, what it looks at, and rules of every group that has one under the filters."""
        within = {name: [rule for rule in self.rules if rule.group == name] for name, _, _ in self.groups}
        return [(name, title_of(name), GROUPS.get(name, ""), rules) for name, rules in within.items() if rules]


def page(filters: Filters) -> Page:
    """The shipped rules that meet the filters; no query."""
    rules = shipped_rulebook().rules
    by_words = [rule for rule in rules if has_words(rule, filters.words)]
    in_group = [rule for rule in by_words if filters.group in ("", rule.group)]
    of_source = [rule for rule in in_group if filters.source in ("", rule.source_status)]
    shown = [rule for rule in of_source if filters.severity in ("", severity_of(rule))]
    return Page(
        filters=filters,
        rules=shown,
        groups=groups(rules, by_words),
        severities={name: sum(severity_of(rule) == name for rule in of_source) for name in SEVERITIES},
        sources={name: sum(rule.source_status == name for rule in in_group) for name in SURENESS},
        total=len(rules),
    )


def has_words(rule: Rule, words: str) -> bool:
    text = " ".join((rule.code, rule.title, rule.message, *rule.fields, rule.source)).lower()
    return all(word in text for word in words.lower().split())


def severity_of(rule: Rule) -> str:
    """The severity group the interface shows."""
    number = SEVERITY_NUMBERS[rule.severity]
    return next(name for name, numbers in SEVERITIES.items() if number in numbers)


def spoken(rule: Rule) -> str:
    """The rule's message with the names of its values in brackets, where a finding has the values themselves."""
    return PLACEHOLDER.sub(lambda name: f"[{words_for(name[1])}]", rule.message)


def words_for(name: str) -> str:
    known = FIELD.get(name) or FACTS.get(name) or LOOKUPS.get(name)
    return known.label if known else name.replace("_", " ")


def groups(rules: Iterable[Rule], matching: Iterable[Rule]) -> list[tuple[str, str, int]]:
    """Name, title and number of matching rules of every group, in the order in which a tape meets them."""
    counts = dict.fromkeys((rule.group for rule in rules), 0)
    for rule in matching:
        counts[rule.group] += 1
    order = list(GROUPS)
    known = sorted(counts, key=lambda name: order.index(name) if name in order else len(order))
    return [(name, title_of(name), counts[name]) for name in known]


def title_of(group: str) -> str:
    """A file's stem in words: "data-validity-file" is "Data validity, file"."""
    for stem in ("data-validity", "cross-field", "eligibility"):
        if group.startswith(stem):
            rest = group.removeprefix(stem).strip("-")
            title = stem.replace("-", " ").capitalize()
            return f"{title}, {rest}" if rest else title
    return group.replace("-", " ").capitalize()


def hits(user: User, code: str) -> QuerySet[RunRule]:
    """What a rule found in the newest checks of one's own organization."""
    newest = Run.objects.visible_to(user).order_by("-started_at").values("pk")[:RUNS_SHOWN]
    found = RunRule.objects.filter(code=code, run__in=list(newest.values_list("pk", flat=True)))
    return found.select_related("run__version__tape").only(*SHOWN_OF_HIT).order_by("-run__started_at")
