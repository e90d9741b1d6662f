"""The history of a settlement, newest first, for its timeline and as a file."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from config.ui import dates, numbers
from portfolios.domain.settlement.steps import SETTLEMENT_STEPS
from portfolios.models import Settlement, SettlementEvent
from portfolios.queries.events import Entry

RECENT = 6
HEADER = ("at", "person", "organization", "step", "note", "facts")
MONEY = {"amount", "price", "upb", "funds", "wire"}
HASHES = {"sha256", "tape"}
WORDS = {
    "upb": "balance",
    "settles_on": "settlement",
    "transfers_on": "transfer",
    "due_on": "due",
    "on": "on",
    "lot": "lot",
    "lots": "lots",
    "sha256": "SHA-256",
}
HIDDEN = {"run", "claim", "security", "sealed"}


def events_of(settlement: Settlement) -> QuerySet[SettlementEvent]:
    return settlement.events.select_related("by__organization").order_by("-at", "-pk")


def entries(events: Iterable[SettlementEvent]) -> list[Entry]:
    """Events as lines of a timeline, each with the facts of its moment."""
    return [
        Entry(
            who=str(event.by) if event.by else "",
            what=SETTLEMENT_STEPS[event.kind].what,
            at=event.at,
            note=" · ".join(filter(None, (event.note, facts_of(event.facts)))),
            tone=SETTLEMENT_STEPS[event.kind].tone,
        )
        for event in events
    ]


def facts_of(facts: dict[str, Any]) -> str:
    """The facts of an event in words."""
    return " · ".join(_fact(name, value) for name, value in facts.items() if name not in HIDDEN and value != "")


def _fact(name: str, value: Any) -> str:
    word = WORDS.get(name, name.replace("_", " "))
    if name == "true_up":
        return f"true-up {value}"
    if name in MONEY:
        return f"{word} {numbers.money_cents(value)}"
    if name in HASHES:
        return f"{word} {numbers.fingerprint(value)}"
    if name.endswith("_on") or name == "on":
        return f"{word} {_day(value)}"
    if isinstance(value, list):
        return f"{word} {', '.join(map(str, value))}"
    return f"{numbers.count(value)} {word}" if isinstance(value, int) else f"{word} {value}"


def _day(value: Any) -> str:
    return dates.day_year(date.fromisoformat(str(value)))


def export_rows(settlement: Settlement) -> Iterable[tuple[str, ...]]:
    """The history as rows of text, oldest first."""
    for event in events_of(settlement).reverse():
        person = (event.by.name, event.by.organization.name) if event.by else ("", "")
        facts = "; ".join(f"{name}={value}" for name, value in event.facts.items())
        yield (event.at.isoformat(), *person, event.kind, event.note, facts)
