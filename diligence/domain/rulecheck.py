"""What makes a rule usable: its shape, its words, its names, its types, its message."""

import string
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from diligence.domain import expressions
from diligence.domain.engine_words import ENGINE_WORDS
from diligence.domain.expressions import ExpressionError
from diligence.domain.rule import Rule
from diligence.domain.vocabulary import NEVER_IN_RULES, Vocabulary

_TEXT_KEYS = ("code", "title", "severity", "component", "message", "cure", "waivable", "source", "source_status")
_REQUIRED = frozenset({*_TEXT_KEYS, "fields"})
_KNOWN = _REQUIRED | {"applies", "fires", "params", "profile", "scope", "each", "fatal_from"}

ALLOWED = {
    "severity": ("fatal", "warning_to_fatal", "warning", "informational"),
    "component": ("data", "credit", "compliance", "valuation", "documents", "pool"),
    "waivable": ("no", "verify", "with_authority", "not_applicable"),
    "source_status": ("stored", "recalled", "design", "mixed"),
    "profile": ("all", "agency", "agency_mbs", "private", "freddie_mac"),
    "scope": ("loan", "file", "bundle"),
}
AS_OF = "as_of"
MAX_MESSAGE = 400


def check_shape(entry: Mapping[str, Any]) -> None:
    """Keys present, none unknown, texts are texts and lists are lists; raises ValueError with the first mistake."""
    missing, unknown = sorted(_REQUIRED - entry.keys()), sorted(entry.keys() - _KNOWN)
    if missing:
        raise ValueError(f"{', '.join(missing)} missing")
    if unknown:
        raise ValueError(f"unknown key {', '.join(unknown)}")
    for key in (*_TEXT_KEYS, "applies", "fires", "profile", "scope"):
        if not isinstance(entry.get(key, ""), str):
            raise ValueError(f"{key} must be a text")
    for key in ("fields", "each"):
        if not isinstance(entry.get(key, []), list) or not all(isinstance(item, str) for item in entry.get(key, [])):
            raise ValueError(f"{key} must be a list of names")
    if not isinstance(entry.get("params", {}), dict):
        raise ValueError("params must be a table")


def errors_in(rule: Rule, vocabulary: Vocabulary) -> list[str]:
    """Every mistake of one rule in one sentence each."""
    return [error for check in _CHECKS for error in check(rule, vocabulary)]


def _allowed_words(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    for key, allowed in ALLOWED.items():
        word = getattr(rule, key)
        if word not in allowed:
            yield f'{key} is "{word}"; allowed: {", ".join(allowed)}'
    if rule.fatal_from is not None and rule.severity != "warning_to_fatal":
        yield "fatal_from is only for severity warning_to_fatal"


def _texts(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    for key in ("code", "title", "message", "cure", "source"):
        if not getattr(rule, key).strip():
            yield f"{key} is blank"
    if len(rule.message) > MAX_MESSAGE:
        yield f"the message has {len(rule.message)} characters; at most {MAX_MESSAGE} are allowed"


def _fields(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    for key in ("fields", "each"):
        for name in getattr(rule, key):
            if name not in vocabulary and not (rule.scope == "file" and name == "*"):
                yield f'{key}: "{name}" is not a field'
    types = {vocabulary.dtype(name) for name in rule.each if name in vocabulary}
    if len(types) > 1:
        yield f"each: the fields have different types ({', '.join(sorted(map(str, types)))})"


def _params(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    for name, value in rule.params.items():
        if name in vocabulary or name in ("value", "label", AS_OF):
            yield f'param "{name}" has the name of a field, fact or word of the language'
        if isinstance(value, tuple):
            days = [dated.since for dated in value]
            if not all(type(day) is date for day in days):
                yield f'param "{name}": `from` must be a date'
            elif days != sorted(set(days)):
                yield f'param "{name}": dated values must be in order of their dates, each date once'
        elif not isinstance(value, str | int | float | bool | date | list):
            yield f'param "{name}": a param is a text, number, true or false, date, or a list of them'


def _expressions(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    if rule.scope != "loan":
        return
    if not rule.fires:
        yield "fires is blank"
    for key in ("applies", "fires"):
        text = getattr(rule, key)
        if text:
            yield from (f"{key}: {error}" for error in _expression_errors(rule, text, vocabulary))


def _expression_errors(rule: Rule, text: str, vocabulary: Vocabulary) -> Iterator[str]:
    try:
        expressions.check_words(text)
        names = expressions.names_in(text)
        unknown = sorted(names - rule.params.keys() - {AS_OF, "value"} - vocabulary.names.keys())
        if "value" in names and not rule.each:
            unknown.append("value (the rule has no `each`)")
        if set(unknown) & NEVER_IN_RULES:
            raise ExpressionError(f"{', '.join(unknown)}: a protected characteristic drives no rule")
        if unknown:
            raise ExpressionError(f"unknown name {', '.join(unknown)}")
        for day in _days_that_matter(rule):
            _dry_run(rule, text, day, vocabulary)
    except ExpressionError as error:
        yield str(error)


def _days_that_matter(rule: Rule) -> list[date]:
    dated = [value.since for param in rule.params.values() if isinstance(param, tuple) for value in param]
    return sorted({date(2026, 1, 1), *(day for day in dated if type(day) is date)})


def _dry_run(rule: Rule, text: str, day: date, vocabulary: Vocabulary) -> None:
    params = {name: expressions.literal(value) for name, value in rule.params_on(day).items()}
    params[AS_OF] = expressions.literal(day)
    for each in rule.each or ("",):
        sql = expressions.substitute(text, params | ({"value": each} if each else {}))
        types = {name: vocabulary.dtype(name) for name in expressions.names_in(sql) if name in vocabulary}
        expressions.check_types(sql, types or {"row_no": pl.Int64()})


def placeholders(template: str) -> frozenset[str]:
    """The names in braces; raises ValueError for unbalanced braces and for format codes, which are not for messages."""
    pieces = [piece for piece in string.Formatter().parse(template) if piece[1] is not None]
    for _, name, spec, conversion in pieces:
        if spec or conversion or not name:
            raise ValueError(f"{{{name}}} may hold only a name")
    return frozenset(name for _, name, _, _ in pieces if name)


def _message(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    try:
        names = placeholders(rule.message)
    except ValueError as error:
        yield f"message: {error}"
        return
    known = set(vocabulary.names) if rule.scope == "loan" else set(ENGINE_WORDS)
    known |= rule.params.keys() | {AS_OF}
    known |= {"value", "label"} if rule.each else set()
    for name in sorted(names - known):
        yield f"message: {{{name}}} is not a field, fact, lookup or param"


_CHECKS: tuple[Callable[[Rule, Vocabulary], Iterator[str]], ...] = (
    _allowed_words, _texts, _fields, _params, _expressions, _message,
)  # fmt: skip
