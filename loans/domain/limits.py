"""Limits of a whole pool: at least so much, at most so large a share, of one kind of loan or of the largest group."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from loans.domain.facts import FACTS, with_facts
from loans.domain.fields import FIELDS
from loans.domain.lookups import LOOKUPS

MEASURES: Mapping[str, str] = {
    "share_upb": "share of the pool's balance that the loans have, in percent",
    "share_loans": "share of the pool's loans, in percent",
    "sum_upb": "balance of the loans, in USD",
    "count": "number of loans",
    "largest_share_upb": "share of the balance of the largest group by `by`, in percent",
    "distinct": "number of different values of `by`",
}
GROUPED = ("largest_share_upb", "distinct")
OPERATORS = ("at_most", "at_least")
SEVERITIES = ("fatal", "warning", "informational")
STATUSES = ("stored", "recalled", "design", "mixed")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a pool, evaluated over the loans it keeps.

    `code` is the bundle rule whose words are used. `filter` is SQL over fields, facts and lookups, true for the loans
    that count; blank means every loan. `by` is SQL for the group of a loan. `limit` is in percent, USD or loans, by
    `measure`. With fewer than `min_loans` loans the limit is not evaluated.
    """

    code: str
    title: str
    measure: str
    op: str
    limit: float
    severity: str
    source: str
    source_status: str
    filter: str = ""
    by: str = ""
    min_loans: int = 1

    @property
    def advice(self) -> bool:
        """Whether the limit is only advice: it warns and never stops a bundle."""
        return self.severity != "fatal"

    @property
    def unit(self) -> str:
        """Unit of `limit`: percent, USD or loans; values for `distinct`."""
        units = {"sum_upb": "USD", "count": "loans", "distinct": "values"}
        return units.get(self.measure, "percent")


_REQUIRED = frozenset({"code", "title", "measure", "op", "limit", "severity", "source", "source_status"})
_KNOWN = _REQUIRED | {"filter", "by", "min_loans"}
_CHOICES = {"measure": tuple(MEASURES), "op": OPERATORS, "severity": SEVERITIES, "source_status": STATUSES}


def errors_in_limit(entry: Any) -> Iterator[str]:
    """Every mistake of one `[[limit]]` table, one sentence each."""
    if not isinstance(entry, dict):
        yield "must be a table"
        return
    yield from _shape(entry)
    for key in ("filter", "by"):
        if isinstance(entry.get(key), str) and entry[key]:
            yield from (f"{key}: {error}" for error in _expression(entry[key], boolean=key == "filter"))


def _shape(entry: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(_REQUIRED - entry.keys()):
        yield f"{key} is missing"
    for key in sorted(entry.keys() - _KNOWN):
        yield f"{key} is not a key of a limit"
    for key, allowed in _CHOICES.items():
        if key in entry and entry[key] not in allowed:
            yield f'{key} is "{entry[key]}"; allowed: {", ".join(allowed)}'
    for key in ("limit", "min_loans"):
        value = entry.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            yield f"{key} must be a number that is not negative"
    if (entry.get("measure") in GROUPED) != bool(entry.get("by")):
        yield f"`by` is needed with the measures {', '.join(GROUPED)}, and only with them"


def _expression(sql: str, *, boolean: bool) -> Iterator[str]:
    try:
        outcome = _no_loans().select(outcome=pl.sql_expr(sql)).collect_schema()["outcome"]
    except PolarsError as error:
        yield str(error).splitlines()[0].split("; valid columns")[0]
        return
    if boolean and outcome not in (pl.Boolean, pl.Null):
        yield f"gives {outcome}, not true or false"


@cache
def _no_loans() -> pl.LazyFrame:
    """An empty frame with every name an expression may use."""
    schema: dict[str, pl.DataType] = {"row_no": pl.Int64()}
    schema |= {entry.name: entry.dtype for entry in FIELDS if not entry.protected}
    schema |= {name: lookup.dtype for name, lookup in LOOKUPS.items()}
    return with_facts(pl.DataFrame(schema=schema), needed=FACTS.keys(), as_of=date(2026, 1, 1)).lazy()
