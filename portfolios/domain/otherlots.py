"""Lots that are no mortgages: other loans and lists of customers, of which only counts and strata are ever stated.

No row of such a lot is held here. Strata are typed in, or read from a small CSV of counts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

COLUMNS = ("strata", "label", "count", "balance")
MOST_ROWS = 500
LEAST_COUNT = 5  # smaller groups would tell of persons
SSN = re.compile(r"\b\d{3}-?\d{2}-?\d{4}\b")


class Consent(StrEnum):
    """On what basis a list of customers may be handed on."""

    POLICY = "policy"  # the privacy policy they were told of allows it
    OPT_IN = "opt_in"
    NONE = "none"  # sold only after an ombudsman's report and the court's findings

    @property
    def words(self) -> str:
        return {
            Consent.POLICY: "The privacy policy allows it",
            Consent.OPT_IN: "Each customer agreed",
            Consent.NONE: "Neither",
        }[self]


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many of a lot fall under a label, and their balance in USD where there is one."""

    group: str
    label: str
    count: int
    balance: Decimal | None = None


class NotStrata(ValueError):
    """The text is no table of counts; the message says what is wrong, in one sentence."""


def strata_from_csv(text: str) -> list[Stratum]:
    """Strata from CSV with the columns strata, label, count and, for loans, balance. NotStrata names the line."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = tuple(name.strip().lower() for name in rows.fieldnames or ())
    if set(names) - set(COLUMNS) or not set(COLUMNS[:3]) <= set(names):
        raise NotStrata("The columns are strata, label, count and, for loans, balance; nothing else is taken.")
    found = []
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS + 1:
            raise NotStrata(f"At most {MOST_ROWS} groups are taken: this is a table of counts, not of rows.")
        found.append(
            _stratum(number, {name: (value or "").strip() for name, value in zip(names, row.values(), strict=False)})
        )
    return found


def _stratum(number: int, row: dict[str, str]) -> Stratum:
    try:
        count, balance = int(row["count"].replace(",", "")), _amount(row.get("balance", ""))
    except (ValueError, InvalidOperation):
        raise NotStrata(f"Line {number}: the count or the balance is not a number.") from None
    if not row["strata"] or not row["label"]:
        raise NotStrata(f"Line {number}: say what the group is and what it is one of.")
    if "@" in row["label"] or SSN.search(row["label"]):
        raise NotStrata(f"Line {number} looks like a person, not like a group.")
    if count < 0 or (balance is not None and balance < 0):
        raise NotStrata(f"Line {number}: a count and a balance are at least 0.")
    return Stratum(row["strata"], row["label"], count, balance)


def _amount(text: str) -> Decimal | None:
    amount = Decimal(text.replace(",", "").replace("$", "")) if text else None
    if amount is not None and not amount.is_finite():
        raise InvalidOperation
    return amount


def check_adds_up(strata: Iterable[Stratum], count: int) -> None:
    """NotStrata where a division of the lot does not add up to its count, or shows too small a group."""
    totals: dict[str, int] = {}
    for each in strata:
        totals[each.group] = totals.get(each.group, 0) + each.count
        if 0 < each.count < LEAST_COUNT:
            raise NotStrata(f"{each.label} has {each.count} records; groups below {LEAST_COUNT} are put together.")
    for group, total in totals.items():
        if total != count:
            raise NotStrata(f"{group} adds up to {total:,}; the lot holds {count:,}.")


def summary_of(strata: Iterable[Stratum], count: int, balance: Decimal) -> dict[str, Any]:
    """The strata in the form in which lots of mortgages keep theirs, for the pages that show both."""
    groups: dict[str, list[Stratum]] = {}
    for each in strata:
        groups.setdefault(each.group, []).append(each)
    totals = {"loans": count, "upb": float(balance)}
    tables = [_table(number, title, rows, totals) for number, (title, rows) in enumerate(groups.items(), start=1)]
    return {"totals": totals, "strata": tables}


def _table(number: int, title: str, rows: list[Stratum], totals: dict[str, Any]) -> dict[str, Any]:
    bands = [{"label": each.label, "loans": each.count, "upb": float(each.balance or 0)} for each in rows]
    return {"name": f"stated_{number}_{title}", "title": title, "bands": bands, "total": {"label": "Total", **totals}}
