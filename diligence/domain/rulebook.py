"""Rules as data: read from TOML, checked as a whole, frozen with a hash.

A rule names the loans it applies to and the condition under which one fails. Every mistake in every file is collected
before anything is refused, so that its author sees them together.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from diligence.domain import rulecheck
from diligence.domain.expressions import Literal
from diligence.domain.rule import DatedValue, Rule
from diligence.domain.vocabulary import Vocabulary, shipped

SHIPPED = Path(__file__).resolve().parent.parent / "rulebook"


class BrokenRulebook(Exception):
    """Every mistake found, one sentence each, with its file and rule."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules in order of their codes. A rule's number is its place, counted from 1."""

    rules: tuple[Rule, ...]

    @property
    def content_hash(self) -> str:
        """SHA-256 over the rules as canonical JSON: the same rules give the same hash on every machine."""
        text = json.dumps([asdict(rule) for rule in self.rules], sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def numbered(self) -> dict[int, Rule]:
        return dict(enumerate(self.rules, start=1))

    def by_code(self) -> dict[str, Rule]:
        return {rule.code: rule for rule in self.rules}

    def merged(self, other: "Rulebook") -> "Rulebook":
        """This rulebook with another's rules (a purchaser's own criteria); a code in both raises BrokenRulebook."""
        both = sorted(self.by_code().keys() & other.by_code().keys())
        if both:
            raise BrokenRulebook([f"{code}: the code is already used by another rule" for code in both])
        return Rulebook(_ordered((*self.rules, *other.rules)))


def _ordered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: _natural(rule.code)))


def _natural(code: str) -> list[tuple[int, str]]:
    return [(int(part or 0) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", code)]


@cache
def shipped_rulebook() -> Rulebook:
    """The rules that ship, loaded once a process."""
    return load_texts(shipped_texts())


def shipped_texts() -> list[tuple[str, str]]:
    """Name and text of each file of the rules that ship, in order."""
    return _texts_of(sorted(SHIPPED.glob("*.toml")))


def load(paths: Iterable[Path], vocabulary: Vocabulary | None = None) -> Rulebook:
    """Read and check TOML files; raises BrokenRulebook naming every mistake with its file and code."""
    return load_texts(_texts_of(paths), vocabulary)


def _texts_of(paths: Iterable[Path]) -> list[tuple[str, str]]:
    return [(path.name, path.read_text(encoding="utf-8")) for path in paths]


def load_text(text: str, *, name: str, vocabulary: Vocabulary | None = None) -> Rulebook:
    """Read and check rules from one text, such as a purchaser's own criteria."""
    return load_texts([(name, text)], vocabulary)


def load_entries(entries: Iterable[Mapping[str, Any]], *, name: str, vocabulary: Vocabulary | None = None) -> Rulebook:
    """Check rules that were already read from TOML as tables (those inside a purchaser's criteria)."""
    found, errors = _rules(name, entries)
    return _checked([(name, rule) for rule in found], errors, vocabulary)


def load_texts(named: Iterable[tuple[str, str]], vocabulary: Vocabulary | None = None) -> Rulebook:
    """Read and check several named texts together; codes are unique over all of them."""
    return _checked(*_parsed(named), vocabulary)


def read_texts(named: Iterable[tuple[str, str]]) -> Rulebook:
    """Rules from texts that were checked before: parsed, and not tried out again, which takes ten times as long.

    Raises BrokenRulebook for what is no rule at all.
    """
    rules, errors = _parsed(named)
    if errors:
        raise BrokenRulebook(errors)
    return Rulebook(_ordered(rule for _, rule in rules))


def _parsed(named: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, Rule]], list[str]]:
    """The rules with the name of their text, and what cannot be read."""
    rules: list[tuple[str, Rule]] = []
    errors: list[str] = []
    for name, text in named:
        found, wrong = _read(name, text)
        errors += wrong
        rules += [(name, rule) for rule in found]
    return rules, errors


def _checked(named: Sequence[tuple[str, Rule]], errors: list[str], vocabulary: Vocabulary | None) -> Rulebook:
    words = vocabulary or shipped()
    errors = errors + [
        f"{name}: {rule.code}: {error}" for name, rule in named for error in rulecheck.errors_in(rule, words)
    ]
    rules = [rule for _, rule in named]
    errors += [f"{code}: the code is used {n} times" for code, n in _repeated(rules).items()]
    if errors:
        raise BrokenRulebook(errors)
    return Rulebook(_ordered(rules))


def _repeated(rules: Sequence[Rule]) -> dict[str, int]:
    codes = [rule.code for rule in rules]
    return {code: codes.count(code) for code in sorted(set(codes)) if codes.count(code) > 1}


def _read(name: str, text: str) -> tuple[list[Rule], list[str]]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [], [f"{name}: not readable as TOML: {error}"]
    unknown = [f"{name}: unknown table [{key}]" for key in document if key != "rule"]
    rules, errors = _rules(name, document.get("rule", []))
    return rules, unknown + errors


def _rules(name: str, entries: Iterable[Mapping[str, Any]]) -> tuple[list[Rule], list[str]]:
    rules, errors = [], []
    for number, entry in enumerate(entries, start=1):
        try:
            rules.append(_rule(entry, group=Path(name).stem))
        except ValueError as error:
            errors.append(f"{name}: {entry.get('code', f'rule {number}')}: {error}")
    return rules, errors


def _rule(entry: Mapping[str, Any], *, group: str) -> Rule:
    rulecheck.check_shape(entry)
    values: dict[str, Any] = {key: tuple(value) if key in ("fields", "each") else value for key, value in entry.items()}
    values["params"] = {key: _param(key, value) for key, value in entry.get("params", {}).items()}
    return Rule(**values, group=group)


def _param(name: str, value: Any) -> Literal | tuple[DatedValue, ...]:
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return value
    for item in value:
        if not isinstance(item, dict) or not {"from", "value"} <= item.keys() <= {"from", "value", "source"}:
            raise ValueError(f"param {name}: each dated value needs `from` and `value`, and may name its `source`")
    return tuple(DatedValue(item["from"], item["value"], item.get("source", "")) for item in value)
