"""Published price adjustments of the two agencies, by date: what they charge for score, LTV and features.

The tables are Fannie Mae's; since May 2023 Freddie Mac charges the same (recalled). They are subtracted here and
nowhere else: a lender's own grid of adjusters for an agency takes their place.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.executions.book import Book, Flags, Floats

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
Places = NDArray[np.int64]
Found = tuple[str, Floats, Places]
SHORT_MONTHS = 180  # score, LTV and condo cost nothing up to 15 years (recalled)
LABELS = {
    "arm": "Adjustable rate",
    "condo": "Condominium",
    "high_balance_arm": "High balance",
    "high_balance_fixed": "High balance",
    "investment_property": "Investment property",
    "manufactured_home": "Manufactured home",
    "second_home": "Second home",
    "subordinate_financing": "Second lien",
    "units_2_4": "Two to four units",
}


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What a buyer's adjusters add to each loan's price, in points; charges are negative.

    `blank` are loans whose tape lacks a value, `absent` those no cell is for, `refused` those the buyer does not take.
    `named` are the adjusters one by one; `origins` says of each, loan by loan, which of `rows` it is from (-1: none). A
    row is named by its grid and number, or by its published table and line.
    """

    points: Floats
    blank: Flags
    absent: Flags
    refused: Flags
    named: tuple[tuple[str, Floats], ...]
    origins: tuple[Places, ...] = ()
    rows: tuple[str, ...] = ()


@cache
def editions() -> tuple[date, ...]:
    """The dates since which an edition of the tables is in force."""
    return tuple(sorted({row["effective_from"] for row in _rows("llpa_score_ltv")}))


@cache
def _rows(name: str) -> tuple[dict[str, Any], ...]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8") as file:
        return tuple(_typed(row) | {"line": line} for line, row in enumerate(csv.DictReader(file), start=2))


def _typed(row: dict[str, str]) -> dict[str, Any]:
    numbers = {"score_min", "score_max", "ltv_min", "ltv_max", "llpa_pct"}
    typed: dict[str, Any] = {
        key: (float(text) if text else None) if key in numbers else text for key, text in row.items()
    }
    return typed | {"effective_from": date.fromisoformat(row["effective_from"])}


def in_force(name: str, issued: date) -> list[dict[str, Any]]:
    """The rows of a table that hold for loans delivered then, by score model the newest edition; may be empty."""
    begun = [row for row in _rows(name) if row["effective_from"] <= issued]
    newest: dict[str, date] = {}
    for row in begun:
        model = row.get("score_model", "")
        newest[model] = max(newest.get(model, date.min), row["effective_from"])
    return [row for row in begun if row["effective_from"] == newest[row.get("score_model", "")]]


def published(book: Book, *, issued: date) -> Adjusted:
    """The published adjustments of each loan."""
    blank = _lacks(book)
    cells, attributes = in_force("llpa_score_ltv", issued), in_force("llpa_attributes", issued)
    found = [_score_and_ltv(book, cells), *_attributes(book, attributes, len(cells))]
    free = book.flags["affordable"]  # affordable lending programs pay none (recalled)
    kept = tuple((name, np.where(free, 0.0, points)) for name, points, _ in found)
    total = np.sum([points for _, points in kept], axis=0)
    named_rows = [f"llpa_score_ltv:{row['line']}" for row in cells]
    named_rows += [f"llpa_attributes:{row['line']}" for row in attributes]
    absent = (found[0][2] < 0) & ~blank
    origins = tuple(places for *_, places in found)
    return Adjusted(total, blank, absent, np.zeros(len(book), dtype=bool), kept, origins, tuple(named_rows))


def _lacks(book: Book) -> NDArray[np.bool_]:
    numbers = [np.isnan(book.numbers[name]) for name in ("score", "ltv", "months")]
    words = [book.words[name] == "" for name in ("purpose", "occupancy")]
    return np.logical_or.reduce([*numbers, *words])


def _score_and_ltv(book: Book, rows: list[dict[str, Any]]) -> Found:
    points, places = np.zeros(len(book)), np.full(len(book), -1, dtype=np.int64)
    for place, row in enumerate(rows):
        inside = _in_ltv(book, row) & (book.words["purpose"] == row["purpose"])
        inside &= book.words["score_model"] == row["score_model"]
        inside &= book.numbers["score"] >= (row["score_min"] or 0.0)
        inside &= book.numbers["score"] <= (row["score_max"] or 999.0)
        points[inside], places[inside] = -row["llpa_pct"], place
    short = book.numbers["months"] <= SHORT_MONTHS
    return "Score and LTV", np.where(short, 0.0, points), places


def _in_ltv(book: Book, row: dict[str, Any]) -> Flags:
    ltv = book.numbers["ltv"]
    return (ltv >= row["ltv_min"]) & (ltv <= row["ltv_max"])


def _attributes(book: Book, rows: list[dict[str, Any]], first: int) -> list[Found]:
    """The adjustments of features; `first` is the place of their first row among all."""
    has, found = _has(book), {name: np.zeros(len(book)) for name in LABELS}
    places = {name: np.full(len(book), -1, dtype=np.int64) for name in LABELS}
    for place, row in enumerate(rows, start=first):
        inside = has[row["attribute"]] & _in_ltv(book, row) & (book.words["purpose"] == row["purpose"])
        found[row["attribute"]][inside] = -row["llpa_pct"]
        places[row["attribute"]][inside] = place
    return [(LABELS[name], points, places[name]) for name, points in found.items() if points.any()]


def _has(book: Book) -> dict[str, Flags]:
    flags, occupancy = book.flags, book.words["occupancy"]
    return {
        "arm": ~flags["fixed"],
        "condo": flags["attached_condo"] & (book.numbers["months"] > SHORT_MONTHS),
        "high_balance_arm": flags["high_balance"] & ~flags["fixed"],
        "high_balance_fixed": flags["high_balance"] & flags["fixed"],
        "investment_property": occupancy == "investment",
        "manufactured_home": flags["manufactured_home"],
        "second_home": occupancy == "second_home",
        "subordinate_financing": flags["subordinate"],
        "units_2_4": flags["units_2_4"],
    }
