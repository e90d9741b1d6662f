"""The redacted tape: loans as bidders see them, without anything of borrowers or by which they can be looked up."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from loans.domain.fields import FIELDS

RULES = Path(__file__).resolve().parent.parent / "reference" / "redaction.toml"


@dataclass(frozen=True, slots=True)
class Redaction:
    """Columns that bidders see, in the order of the list of fields, and how many characters of some of them."""

    columns: tuple[str, ...]
    left_out: frozenset[str]
    first_characters: Mapping[str, int]


@cache
def redaction() -> Redaction:
    """The rules as shipped. ValueError names a field that is not in the list of fields."""
    rules = tomllib.loads(RULES.read_text(encoding="utf-8"))
    named = {*rules["left_out"], *rules["first_characters"]}
    if strange := named - {field.name for field in FIELDS}:
        raise ValueError(f"redaction.toml names fields that do not exist: {', '.join(sorted(strange))}.")
    private = {field.name for field in FIELDS if field.borrower_data or field.protected}
    left_out = frozenset(private | set(rules["left_out"]))
    shown = tuple(field.name for field in FIELDS if field.name not in left_out)
    return Redaction(shown, left_out, rules["first_characters"])


def redacted(loans: pl.DataFrame, columns: Iterable[str] | None = None) -> pl.DataFrame:
    """Loans (typed columns) with the columns that bidders see, `columns` of them where given, always in one order."""
    rules, wanted = redaction(), None if columns is None else frozenset(columns)
    shown = [name for name in rules.columns if name in loans.columns and (wanted is None or name in wanted)]
    return loans.select(_shown(name, rules.first_characters.get(name)) for name in shown)


def _shown(name: str, characters: int | None) -> pl.Expr:
    return pl.col(name) if characters is None else pl.col(name).cast(pl.String).str.slice(0, characters)
