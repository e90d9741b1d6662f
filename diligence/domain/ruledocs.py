"""The rulebook as one page of Markdown, generated so that the page never differs from the rules."""

from collections.abc import Iterator
from itertools import groupby

from diligence.domain.rule import DatedValue, Rule
from diligence.domain.rulebook import Rulebook
from diligence.domain.wording import literal_text

_HEADER = """# Rules

Generated from `diligence/rulebook/*.toml` by `manage.py rules_docs`; change the rules, not this page.

A rule fires where `applies` and `fires` are both true. It is clear where either is false, and not evaluated where a
value it needs is blank. {count} rules.

Two checks of a tape are no rules, because no tape alone can break them: the same bytes uploaded again (DV-014 in older
lists) find the earlier version at the upload itself, and totals that a lender declares beside the tape (DV-013) belong
to the bundle's form.
"""


def rules_page(rulebook: Rulebook) -> str:
    """Markdown: a table of all rules by group, then each rule with its expression, words and source."""
    rules = sorted(rulebook.rules, key=lambda rule: rule.group)
    groups = [(group, list(found)) for group, found in groupby(rules, key=lambda rule: rule.group)]
    lines = [_HEADER.format(count=len(rules))]
    for group, found in groups:
        lines += [f"## {group.replace('-', ' ').capitalize()}", "", *_table(found), ""]
        for rule in found:
            lines += [*_section(rule), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(rules: list[Rule]) -> Iterator[str]:
    yield "| code | title | severity | waivable | for |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        cells = (f"[{rule.code}](#{_anchor(rule)})", rule.title, rule.severity, rule.waivable, rule.profile)
        yield f"| {' | '.join([*cells[:2], *map(_word, cells[2:])])} |"


def _anchor(rule: Rule) -> str:
    kept = "".join(letter for letter in f"{rule.code} {rule.title}".lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def _word(word: str) -> str:
    return word.replace("_", " ")


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.code} {rule.title}"
    yield ""
    if rule.applies:
        yield f"* Applies: `{rule.applies}`"
    yield f"* Fires: `{rule.fires}`" if rule.fires else f"* Decided by the engine for the whole {rule.scope}"
    if rule.each:
        yield f"* For each of: {', '.join(rule.each)}"
    for name, value in rule.params.items():
        yield f"* `{name}`: {_param(value)}"
    if rule.fatal_from:
        yield f"* Fatal from {rule.fatal_from.isoformat()}"
    yield f"* Says: {rule.message}"
    yield f"* Cure: {rule.cure}"
    yield f"* Source ({rule.source_status}): {rule.source}"


def _param(value: object) -> str:
    if not isinstance(value, tuple):
        return literal_text(value)  # type: ignore[arg-type]
    return "; ".join(_dated(entry) for entry in value)


def _dated(entry: DatedValue) -> str:
    source = f" ({entry.source})" if entry.source else ""
    return f"{literal_text(entry.value)} from {entry.since.isoformat()}{source}"
