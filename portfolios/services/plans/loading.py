"""What a plan is made from: the loans of its run, the rows of its grids, and one fingerprint over all of it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from diligence.models import Run
from loans.domain.fields import FIELD
from portfolios.domain.executions.assembling import Assembled, assembled
from portfolios.domain.executions.book import READ, Book, book_of
from portfolios.domain.executions.market import Market, Row, Terms
from portfolios.domain.executions.pricing import notes, quotes_of
from portfolios.domain.grids import KINDS
from portfolios.domain.picking import CLEAN, PICKED_COLUMNS, balance, picked
from portfolios.domain.poolrules import PoolRule
from portfolios.models.plans import PoolingPlan, PriceGrid
from portfolios.services.picks import rows_with_open_fatal, stored_parts

MOST_PLACED = 20_000


class Unplannable(Exception):
    """A plan that cannot be answered; the text is the sentence the person sees."""


@dataclass(frozen=True)
class Prepared:
    """A plan's loans and prices, assembled; the rules that were used, notes for people, and the fingerprint."""

    market: Market
    problem: Assembled
    grids: tuple[PriceGrid, ...]
    rules: tuple[PoolRule, ...]
    notes: tuple[str, ...]
    inputs_hash: str

    @property
    def book(self) -> Book:
        return self.problem.book


def prepared(plan: PoolingPlan) -> Prepared:
    """Everything a plan is answered from; raises Unplannable with the sentence that says why not."""
    grids = tuple(plan.grids.order_by("-as_of", "-pk"))
    selected, without = loans_of(plan.run, plan.selection)
    loans = selected.filter(balance() > 0) if selected.height else selected
    if not 0 < loans.height <= MOST_PLACED:
        raise Unplannable(
            f"The selection has {loans.height:,} loans to place; a plan takes 1 to {MOST_PLACED:,}. Pick other loans."
        )
    market = Market(rows_of(grids), terms_of(plan, grids))
    book = book_of(loans, issued=market.terms.issued)
    try:
        problem = assembled(book, quotes_of(book, market), market.terms)
    except ValueError as error:
        raise Unplannable(str(error)) from error
    told = (*_left_out(without, selected.height - loans.height), *notes(book, market))
    return Prepared(market, problem, grids, rules_used(market), told, fingerprint(plan, grids, loans))


def _left_out(unclean: int, empty: int) -> list[str]:
    reasons = (("with open fatal findings", unclean), ("without a balance", empty))
    return [f"Loans {words} were left out: {count:,}." for words, count in reasons if count]


def loans_of(run: Run, selection: dict[str, Any]) -> tuple[pl.DataFrame, int]:
    """The selected loans with the fields a plan reads, and how many were left out for open fatal findings."""
    wanted = tuple(dict.fromkeys((*READ, *PICKED_COLUMNS)))
    unclean, frames, without = rows_with_open_fatal(run), [], 0
    for part in stored_parts(run, wanted, first=0):
        absent = [pl.lit(None, FIELD[name].dtype).alias(name) for name in wanted if name not in part.columns]
        frame = picked(part.with_columns(absent), selection)
        dirty = pl.col("row_no").is_in(unclean.implode())
        without += int(frame.select(dirty.sum()).item())
        frames.append(frame.filter(~dirty) if selection.get(CLEAN) else frame)
    if not frames:
        return pl.DataFrame(schema={"row_no": pl.Int64}), 0
    return pl.concat(frames, how="diagonal"), without if selection.get(CLEAN) else 0


def rows_of(grids: Iterable[PriceGrid]) -> dict[str, list[Row]]:
    """The grids' rows by kind, each with its grid and number; where two price the same, the later time counts."""
    found: dict[str, dict[tuple[Any, ...], Row]] = {}
    for grid in grids:
        rows = found.setdefault(grid.kind, {})
        for line, row in enumerate(grid.rows, start=1):
            key = tuple(row[name] for name in KINDS[grid.kind].key)
            rows.setdefault(key, {**row, "grid": grid.pk, "line": line})
    return {kind: list(rows.values()) for kind, rows in found.items()}


def terms_of(plan: PoolingPlan, grids: Iterable[PriceGrid]) -> Terms:
    """The plan's terms; its month is the one that was said, else the first that the MBS grids price."""
    months = [row["settlement"] for grid in grids if grid.kind == "mbs" for row in grid.rows]
    month = plan.settings.get("settlement") or min(months, default=f"{plan.created_at:%Y-%m}")
    year, number = (int(part) for part in month.split("-"))
    servicing = plan.settings.get("servicing_upb")
    return Terms(
        date(year, number, 1),
        _cents(plan.settings.get("pool_cost") or "0"),
        None if servicing is None else _cents(servicing),
    )


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)


def rules_used(market: Market) -> tuple[PoolRule, ...]:
    """The pool rules of the agencies that the grids price."""
    agencies = Counter(row["agency"] for kind in ("mbs", "cash_window") for row in market.of(kind))
    rules = (rule for agency in agencies for rule in market.rules(agency).rules.values())
    return tuple(dict.fromkeys(rules))


def fingerprint(plan: PoolingPlan, grids: Iterable[PriceGrid], loans: pl.DataFrame) -> str:
    """SHA-256 over the loans' values, the grids, the terms and the rules in force."""
    told = {
        "tape": plan.run.version.sha256,
        "settings": plan.settings,
        "grids": sorted((grid.kind, grid.sha256, grid.as_of.isoformat()) for grid in grids),
    }
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    digest.update(loans.select(sorted(loans.columns)).write_csv().encode())
    for rule in sorted(rules_used(Market(rows_of(grids), terms_of(plan, grids))), key=repr):
        digest.update(repr(rule).encode())
    return digest.hexdigest()
