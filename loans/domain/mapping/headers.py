"""Which fields a column header may mean, from its words alone."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from loans.domain.fields import COLLISIONS, EVERY_FIELD, Field, FieldType, normalize
from loans.domain.mapping.meanings import differ_in_meaning
from loans.domain.purposes import TapePurpose, catalogue

How = Literal["layout", "saved", "exact", "alias", "values", "none"]

EXACT, ALIAS, SAME_WORDS, REPEATED, REMARKED = 1.0, 0.95, 0.92, 0.05, 0.04
FEWEST_SHARED_WORDS = 0.6
FEWEST_SHARED_PAIRS = 0.6
SPELLING_LIMIT, SPELLING_WEIGHT = 0.84, 0.65
_DIGIT_WEIGHT = 0.4

_ABBREVIATIONS = {
    "amt": "amount", "amnt": "amount", "bal": "balance", "cur": "current", "curr": "current", "crnt": "current",
    "orig": "original", "origination": "original", "org": "original", "dt": "date", "dte": "date", "pct": "percent",
    "percentage": "percent", "perc": "percent", "nbr": "number", "num": "number", "no": "number", "nr": "number",
    "cd": "code", "cde": "code", "prop": "property", "prpty": "property", "subject": "property", "borr": "borrower",
    "bwr": "borrower", "brw": "borrower", "mat": "maturity", "matur": "maturity", "pmt": "payment", "pymt": "payment",
    "pay": "payment", "int": "interest", "rt": "rate", "ln": "loan", "mtg": "mortgage", "mtge": "mortgage",
    "prin": "principal", "princ": "principal", "unpaid": "outstanding", "rem": "remaining", "remain": "remaining",
    "mos": "months", "mths": "months", "mo": "months", "mth": "months", "month": "months", "trm": "term",
    "typ": "type", "tp": "type", "st": "state", "addr": "address", "appr": "appraised", "apprsd": "appraised",
    "appraisal": "appraised", "val": "value", "occ": "occupancy", "occup": "occupancy", "purp": "purpose",
    "amort": "amortization", "amortisation": "amortization", "ind": "indicator", "flag": "indicator",
    "flg": "indicator", "yn": "indicator", "frst": "first", "fst": "first", "1st": "first", "2nd": "second",
    "sec": "second", "nxt": "next", "lst": "last", "adj": "adjustment", "adjust": "adjustment", "chg": "change",
    "freq": "frequency", "per": "periodic", "max": "maximum", "min": "minimum", "cert": "certificate",
    "cov": "coverage", "svc": "servicing", "serv": "servicing", "svcr": "servicer", "orign": "original",
    "coborr": "coborrower", "cobwr": "coborrower", "rep": "representative", "repr": "representative",
    "qual": "qualifying", "inc": "income", "exp": "expense", "liq": "liquid", "rsv": "reserves",
    "reserve": "reserves", "res": "reserves", "fico": "credit score", "cscore": "credit score",
    "upb": "outstanding principal balance", "fpd": "first payment date", "nm": "name", "dob": "birth date",
    "zipcode": "zip", "postal": "zip", "yr": "year", "dlq": "delinquency", "delq": "delinquency",
    "delinq": "delinquency", "delinquent": "delinquency", "dq": "delinquency", "stat": "status", "sts": "status",
    "desc": "description", "descr": "description", "ident": "id", "identifier": "id", "fin": "financed",
    "subord": "subordinate", "sub": "subordinate", "jr": "junior", "pp": "prepayment", "prepay": "prepayment",
    "pen": "penalty", "mod": "modification", "modified": "modification", "purch": "purchase", "sched": "scheduled",
    "disb": "disbursement", "fund": "funding", "funded": "funding", "app": "application", "appl": "application",
    "bk": "bankruptcy", "fcl": "foreclosure", "esc": "escrow", "hist": "history", "doc": "documentation",
    "ins": "insurance", "fthb": "first time homebuyer", "buyer": "homebuyer", "cashout": "cash out",
    "refi": "refinance", "nmlsr": "nmls", "gfee": "guaranty fee", "orignl": "original",
    "mtrty": "maturity", "matures": "maturity", "occpncy": "occupancy", "cnty": "county", "sls": "sales",
    "prc": "price", "brwr": "borrower", "cnt": "count", "scr": "score", "cvrg": "coverage", "obligor": "borrower",
    "mortgagor": "borrower", "mtgr": "borrower", "collateral": "property", "mthly": "months", "mnthly": "months",
    "apprd": "appraised", "piti": "housing expense", "pitia": "housing expense", "px": "price", "codes": "code",
    "sprd": "spread", "prem": "premium", "src": "source", "prod": "product", "recom": "recommendation",
    "feat": "feature", "spec": "special", "monthly": "months", "sfc": "special feature", "sfcs": "special feature",
    "ss": "ssn", "hb": "homebuyer", "qm": "qualified mortgage",
}  # fmt: skip
_IGNORED = frozenset({"the", "of", "at", "in", "on", "for", "a", "an", "and", "to", "or", "is", "has", "s"})
_WORD = re.compile(r"\d+(?:st|nd|St|Nd)(?![a-z])|\d+(?:ST|ND)(?![A-Za-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_CO_BORROWER = re.compile(r"(?<![a-z])co[-_ ](?=b[a-z]*r\b|bor)(?:borrower|borr|bwr|brwr|brw|bor)", re.IGNORECASE)
_UNIT = re.compile(r"\s*[(\[][^)\]A-Za-z]*([A-Za-z]{1,3}[^)\]A-Za-z]+)*[A-Za-z]{0,3}[^)\]A-Za-z]*[)\]]")
"""Units and codes in brackets behind a header: ($), (Y/N), (P/S/I), (mos)."""
_REMARK = re.compile(r"(?<=\w)\s*[(\[][^)\]]*[)\]]\s*$")
_SAID_BY_TYPE = {FieldType.DATE: frozenset({"date"}), FieldType.BOOLEAN: frozenset({"loan"})}
_SAID_BY_UNIT = {
    "percent": frozenset({"percent", "ratio"}), "USD": frozenset({"amount"}), "months": frozenset({"months"}),
    "count": frozenset({"number", "count"}),
}  # fmt: skip
_SAID_BY_IDENTIFIERS = frozenset({"number", "id", "code"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field a header may mean; `confidence` is from the words alone, `place` that of the alias in the list."""

    field: Field
    confidence: float
    how: How
    reason: str
    place: int = 0


@lru_cache(maxsize=4096)
def candidates(header: str, purpose: TapePurpose = TapePurpose.SALE) -> tuple[Candidate, ...]:
    """Fields a header may mean, the surest first: names and aliases, then the same words, then most of the words."""
    plain = re.sub(r" \(\d+\)$", "", header)
    found = _named(plain, purpose) or _named(_UNIT.sub("", plain), purpose)
    found = found or _without_remark(plain, purpose) or _similar(plain, purpose)
    lowered = REPEATED if plain != header else 0.0
    ordered = sorted(found.values(), key=lambda candidate: -candidate.confidence)
    return tuple(replace(candidate, confidence=candidate.confidence - lowered) for candidate in ordered)


def spelled_like(header: str, purpose: TapePurpose = TapePurpose.SALE) -> Candidate | None:
    """The field whose header is spelled most alike, as a last resort; None where every word is one that is known."""
    if words(header) <= _by_word(purpose).keys():
        return None
    name = normalize(header)
    pairs = _pairs(name)
    near = [
        other
        for other in _spellings(purpose)
        if _digits(name) == _digits(other[0]) and _shared(pairs, other[1]) >= FEWEST_SHARED_PAIRS
    ]
    alike = [(other, field) for other, _, field in near if other[0] == name[0]]
    scored = [(SequenceMatcher(None, name, other).ratio(), other, field) for other, field in alike]
    if not scored or len(name) < 5:
        return None
    ratio, _, field = max(scored, key=lambda score: (score[0], score[1]))
    if ratio < SPELLING_LIMIT:
        return None
    return Candidate(field, ratio * SPELLING_WEIGHT, "alias", f"Spelled much like a known header of {field.label}.")


def words(header: str) -> frozenset[str]:
    """The words of a header, abbreviations written out."""
    text = _CO_BORROWER.sub("Coborrower", header)
    text = text.replace("%", " pct ").replace("#", " number ").replace("&", "")
    expanded = (_ABBREVIATIONS.get(word.lower(), word.lower()) for word in _WORD.findall(text))
    return frozenset(part for phrase in expanded for part in phrase.split() if part not in _IGNORED)


_USED = "The header is one lenders use for this field."


def _named(header: str, purpose: TapePurpose) -> dict[str, Candidate]:
    name = normalize(header)
    found = {
        field.name: Candidate(field, ALIAS, "alias", _USED, _place(field, name))
        for field in _by_alias(purpose).get(name, ())
    }
    for field in _by_name(purpose).get(name, ()):
        if name not in COLLISIONS:
            found[field.name] = Candidate(field, EXACT, "exact", "The header is the name of this field.")
    return found


def _without_remark(header: str, purpose: TapePurpose) -> dict[str, Candidate]:
    """What a header means without the words in brackets behind it, such as the codes of a list."""
    named = _named(_REMARK.sub("", header), purpose)
    return {name: replace(one, confidence=one.confidence - REMARKED, how="alias") for name, one in named.items()}


def _place(field: Field, name: str) -> int:
    return field.aliases.index(name) + 1 if name in field.aliases else 0


def _similar(header: str, purpose: TapePurpose) -> dict[str, Candidate]:
    wanted = words(header)
    scores: dict[str, float] = {}
    for key in {key for word in wanted for key in _by_word(purpose).get(word, ())}:
        field, known = _phrases(purpose)[key]
        if not differ_in_meaning(wanted, known, field):
            scores[field.name] = max(scores.get(field.name, 0.0), _likeness(wanted, known, field, purpose))
    best = sorted(scores.items(), key=lambda score: (-score[1], score[0]))[:6]
    return {name: _by_words(name, score) for name, score in best if score >= FEWEST_SHARED_WORDS}


def _by_words(name: str, score: float) -> Candidate:
    field = EVERY_FIELD[name]
    if score > 0.999:
        return Candidate(field, SAME_WORDS, "alias", "The header has the same words as a known header of this field.")
    return Candidate(field, 0.4 + 0.5 * score, "alias", "The header has most words of a known header of this field.")


def _likeness(left: frozenset[str], right: frozenset[str], field: Field, purpose: TapePurpose) -> float:
    """Share of the words in common, rare words counting more; one word of several says too little.

    Unless the others only say what the field is anyhow: a date, a percentage, a number of something.
    """
    if len(left & right) < 2 and not {word for word in left ^ right if not word.isdigit()} <= _said_anyhow(field):
        return 0.0
    both = sum(_weight(word, purpose) for word in left & right)
    return 2 * both / sum(_weight(word, purpose) for side in (left, right) for word in side)


@lru_cache(maxsize=512)
def _said_anyhow(field: Field) -> frozenset[str]:
    said = _SAID_BY_TYPE.get(field.type, frozenset()) | _SAID_BY_UNIT.get(field.unit, frozenset()) | {"indicator"}
    identifies = field.group == "identifier" and field.type is FieldType.STRING
    return said | _SAID_BY_IDENTIFIERS if identifies else said


def _weight(word: str, purpose: TapePurpose) -> float:
    if word.isdigit():
        return _DIGIT_WEIGHT
    return 1.0 + math.log(len(_phrases(purpose)) / (1 + len(_by_word(purpose).get(word, ())))) / 4


def _index(pairs: Iterable[tuple[str, Field]]) -> dict[str, tuple[Field, ...]]:
    index: dict[str, list[Field]] = {}
    for name, field in pairs:
        if name and field not in index.setdefault(name, []):
            index[name].append(field)
    return {name: tuple(fields) for name, fields in index.items()}


@lru_cache
def _by_name(purpose: TapePurpose) -> dict[str, tuple[Field, ...]]:
    fields = catalogue(purpose).fields
    return _index((normalize(name), field) for field in fields for name in (field.name, field.label, field.mismo_name))


@lru_cache
def _by_alias(purpose: TapePurpose) -> dict[str, tuple[Field, ...]]:
    fields = {field.name: field for field in catalogue(purpose).fields}
    named = [(alias, field) for field in fields.values() for alias in field.aliases]
    shared = [
        (alias, fields[name]) for alias, collision in COLLISIONS.items() for name in collision.fields if name in fields
    ]
    return _index(named + shared)


@lru_cache
def _phrases(purpose: TapePurpose) -> tuple[tuple[Field, frozenset[str]], ...]:
    fields = catalogue(purpose).fields
    texts = ((field, text) for field in fields for text in (field.name, field.label, field.mismo_name, *field.headers))
    phrases = ((field, words(text)) for field, text in texts)
    return tuple(dict.fromkeys((field, phrase) for field, phrase in phrases if phrase))


@lru_cache
def _by_word(purpose: TapePurpose) -> dict[str, tuple[int, ...]]:
    index: dict[str, list[int]] = {}
    for key, (_, phrase) in enumerate(_phrases(purpose)):
        for word in phrase:
            index.setdefault(word, []).append(key)
    return {word: tuple(keys) for word, keys in index.items()}


@lru_cache
def _spellings(purpose: TapePurpose) -> tuple[tuple[str, Counter[str], Field], ...]:
    fields = catalogue(purpose).fields
    return tuple((alias, _pairs(alias), field) for field in fields for alias in field.aliases if len(alias) >= 5)


def _digits(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _pairs(text: str) -> Counter[str]:
    return Counter(first + second for first, second in pairwise(text))


def _shared(left: Counter[str], right: Counter[str]) -> float:
    both = (left & right).total()
    return 2 * both / max(left.total() + right.total(), 1)
