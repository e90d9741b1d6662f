"""A purchaser's criteria: which rules hold, with which values, from which day, and what the pool may hold of each kind.

Criteria are one TOML text. Every mistake in it is collected and named before it is refused. Own rules are kept here as
they stand and checked by the engine of the rules, which knows their language.
"""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from loans.domain.limits import Limit, errors_in_limit
from loans.domain.lookups import Terms

SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "criteria"

INVESTORS = ("fannie_mae", "freddie_mac")
METHODS = ("DU", "LPA", "Manual")
PROFILES = ("all", "agency", "agency_mbs", "private", "freddie_mac")
SEVERITIES = ("fatal", "warning_to_fatal", "warning", "informational")

Literal = str | int | float | bool | date | list[Any]


class BrokenCriteria(ValueError):
    """Every mistake found, one sentence each, with the name of the text."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class SeverityChange:
    """Another severity for one rule; `fatal_from` is the day a warning becomes fatal."""

    severity: str
    fatal_from: date | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """One version of a purchaser's criteria.

    `include` and `exclude` hold groups ("EL") or codes ("EL-011"); an empty `include` means every rule of the profile.
    `params` are values by rule code and name, `own_rules` the `[[rule]]` tables of the text, as they stand there.
    """

    code: str
    name: str
    version: str
    profile: str
    effective_from: date
    effective_to: date | None = None
    description: str = ""
    investor: str | None = None
    underwriting: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    params: Mapping[str, Mapping[str, Literal]] = field(default_factory=dict)
    severities: Mapping[str, SeverityChange] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    own_rules: tuple[Mapping[str, Any], ...] = ()

    @property
    def terms(self) -> Terms:
        """What the lookups take where a tape is silent."""
        return Terms(self.investor, self.underwriting)

    @property
    def content_hash(self) -> str:
        """SHA-256 over the criteria as canonical JSON; comments and the order of keys do not change it."""
        text = json.dumps(asdict(self), sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def takes(self, code: str) -> bool:
        """Whether the rule of this code is part of the criteria."""
        own = {str(rule.get("code")) for rule in self.own_rules}
        included = not self.include or code in own or _named(code, self.include)
        return included and not _named(code, self.exclude)

    def in_effect(self, day: date) -> bool:
        """Whether the criteria hold on a day, both ends included."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


def _named(code: str, names: Iterable[str]) -> bool:
    return any(code == name or code.startswith(f"{name}-") for name in names)


def load(path: Path) -> Criteria:
    """Read one TOML file; raises BrokenCriteria."""
    return load_text(path.read_text(encoding="utf-8"), name=path.name)


def load_text(text: str, *, name: str) -> Criteria:
    """Read criteria from a text; raises BrokenCriteria with every mistake, each beginning with `name`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BrokenCriteria([f"{name}: not readable as TOML: {error}"]) from error
    errors = [f"{name}: {error}" for check in _CHECKS for error in check(document)]
    if errors:
        raise BrokenCriteria(errors)
    return _criteria(document)


@cache
def shipped() -> Mapping[str, Criteria]:
    """The criteria that ship, by code."""
    found = [load(path) for path in sorted(SHIPPED.glob("*.toml"))]
    return MappingProxyType({criteria.code: criteria for criteria in found})


@cache
def shipped_texts() -> Mapping[str, str]:
    """The TOML texts of the criteria that ship, by code."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.toml"))]
    return MappingProxyType({load_text(text, name="shipped").code: text for text in texts})


def _criteria(document: Mapping[str, Any]) -> Criteria:
    plain = {key: document[key] for key in _TEXTS | _DATES if key in document}
    rules = document.get("rules", {})
    return Criteria(
        **plain,
        include=tuple(rules.get("include", ())),
        exclude=tuple(rules.get("exclude", ())),
        params=document.get("params", {}),
        severities={code: SeverityChange(**change) for code, change in document.get("severity", {}).items()},
        limits=tuple(Limit(**limit) for limit in document.get("limit", ())),
        own_rules=tuple(document.get("rule", ())),
    )


_REQUIRED = frozenset({"code", "name", "version", "profile", "effective_from"})
_TEXTS = frozenset({"code", "name", "version", "profile", "description", "investor", "underwriting"})
_DATES = frozenset({"effective_from", "effective_to"})
_TABLES: Mapping[str, type] = {"rules": dict, "params": dict, "severity": dict, "limit": list, "rule": list}
_CHOICES = {"profile": PROFILES, "investor": INVESTORS, "underwriting": METHODS}


def _keys(document: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(_REQUIRED - document.keys()):
        yield f"{key} is missing"
    for key in sorted(document.keys() - _TEXTS - _DATES - _TABLES.keys()):
        yield f"{key} is not a key of criteria"
    for key, kind in _TABLES.items():
        if not isinstance(document.get(key, kind()), kind):
            yield f"{key} must be {'a table' if kind is dict else 'a list of tables'}"


def _values(document: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(_TEXTS & document.keys()):
        if not isinstance(document[key], str) or not document[key].strip():
            yield f"{key} must be a text"
    for key, allowed in _CHOICES.items():
        if document.get(key, allowed[0]) not in allowed:
            yield f'{key} is "{document[key]}"; allowed: {", ".join(allowed)}'


def _span(document: Mapping[str, Any]) -> Iterator[str]:
    days = {key: document[key] for key in sorted(_DATES & document.keys())}
    wrong = [key for key, day in days.items() if type(day) is not date]
    yield from (f"{key} must be a date" for key in wrong)
    if not wrong and len(days) == len(_DATES) and days["effective_to"] < days["effective_from"]:
        yield "effective_to is before effective_from"


def _rule_names(document: Mapping[str, Any]) -> Iterator[str]:
    rules = document.get("rules", {})
    if not isinstance(rules, dict):
        return
    for key in sorted(rules.keys() - {"include", "exclude"}):
        yield f"rules.{key} is not a key; allowed: include, exclude"
    for key in ("include", "exclude"):
        names = rules.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield f"rules.{key} must be a list of groups or codes"


def _params(document: Mapping[str, Any]) -> Iterator[str]:
    for code, values in _items(document, "params"):
        if not isinstance(values, dict) or not values:
            yield f"params.{code} must be a table of values"
            continue
        for name, value in values.items():
            if not isinstance(value, str | int | float | bool | date | list):
                yield f"params.{code}.{name} must be a text, number, true or false, date, or a list of them"


def _severities(document: Mapping[str, Any]) -> Iterator[str]:
    for code, change in _items(document, "severity"):
        if not isinstance(change, dict) or change.keys() - {"severity", "fatal_from"} or "severity" not in change:
            yield f"severity.{code} needs `severity` and may have `fatal_from`"
        elif change["severity"] not in SEVERITIES:
            yield f'severity.{code} is "{change["severity"]}"; allowed: {", ".join(SEVERITIES)}'
        elif "fatal_from" in change and (
            type(change["fatal_from"]) is not date or change["severity"] != "warning_to_fatal"
        ):
            yield f"severity.{code}: fatal_from must be a date and needs severity warning_to_fatal"


def _limits(document: Mapping[str, Any]) -> Iterator[str]:
    titles: list[object] = []
    for number, entry in enumerate(_list(document, "limit"), start=1):
        name = entry.get("title", f"limit {number}") if isinstance(entry, dict) else f"limit {number}"
        yield from (f"{name}: {error}" for error in errors_in_limit(entry))
        titles.append(name)
    yield from (f"{title}: the title is used {titles.count(title)} times" for title in _repeated(titles))


def _own_rules(document: Mapping[str, Any]) -> Iterator[str]:
    codes = []
    for number, entry in enumerate(_list(document, "rule"), start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("code"), str) or not entry["code"].strip():
            yield f"rule {number}: code is missing"
        else:
            codes.append(entry["code"])
    yield from (f"{code}: the code is used {codes.count(code)} times" for code in _repeated(codes))


def _items(document: Mapping[str, Any], key: str) -> Iterable[tuple[str, Any]]:
    value = document.get(key, {})
    return value.items() if isinstance(value, dict) else ()


def _list(document: Mapping[str, Any], key: str) -> list[Any]:
    value = document.get(key, [])
    return value if isinstance(value, list) else []


def _repeated(names: Sequence[Any]) -> list[Any]:
    return sorted({name for name in names if names.count(name) > 1})


_CHECKS: tuple[Callable[[Mapping[str, Any]], Iterator[str]], ...] = (
    _keys, _values, _span, _rule_names, _params, _severities, _limits, _own_rules,
)  # fmt: skip
