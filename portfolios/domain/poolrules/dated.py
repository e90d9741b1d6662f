"""Rules of pools by agency and month of issue, read once from `portfolios/reference/pool_rules.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

FILE = Path(__file__).resolve().parents[2] / "reference" / "pool_rules.toml"
STATUSES = ("stored", "recalled")
PRODUCTS: Mapping[int, tuple[int, int]] = MappingProxyType(
    {30: (241, 360), 20: (181, 240), 15: (121, 180), 10: (1, 120)}
)
SHORTER: Mapping[int, int] = MappingProxyType({30: 181, 15: 85})
"""Pools of 30 and 15 years take shorter loans, too: from so many months of original term."""


@dataclass(frozen=True, slots=True)
class PoolRule:
    """One rule since a month: its value in its unit (percent, USD, months, count), and how sure it is."""

    code: str
    title: str
    agencies: tuple[str, ...]
    since: date
    value: Decimal
    unit: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class PoolRules:
    """The rules of one agency in one month, by code."""

    agency: str
    month: date
    rules: Mapping[str, PoolRule]

    def number(self, code: str) -> float:
        """The value of a rule; KeyError where the agency has none."""
        return float(self.rules[code].value)

    def cents(self, code: str) -> int:
        """An amount in cents; 0 where the agency has no such rule."""
        return int(self.rules[code].value * 100) if code in self.rules else 0

    def get(self, code: str) -> float | None:
        return float(self.rules[code].value) if code in self.rules else None


def rules_of(agency: str, month: date) -> PoolRules:
    """What the agency asks of pools issued in that month; ValueError where nothing is known of it."""
    found = {rule.code: rule for rule in all_rules() if agency in rule.agencies and rule.since <= month}
    if not found:
        raise ValueError(f"No pool rules of {agency} are known for {month:%Y-%m}.")
    return PoolRules(agency, month, MappingProxyType(found))


@cache
def all_rules() -> tuple[PoolRule, ...]:
    """Every rule, the older of a code first. ValueError names the entry that is not right."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    rules = [
        PoolRule(
            row["code"], row["title"], tuple(row["agencies"]), row["from"], Decimal(row["value"]), row["unit"],
            row["status"], row["source"],
        )
        for row in rows
    ]  # fmt: skip
    for rule in rules:
        if rule.status not in STATUSES or not rule.source:
            raise ValueError(f"pool_rules.toml: {rule.code} since {rule.since} does not say where it is from.")
    return tuple(sorted(rules, key=lambda rule: rule.since))


def product_months(term: int, *, pooled: bool) -> tuple[int, int]:
    """Original months of the loans of a product; pools of a long product take loans of the next shorter one, too."""
    least, most = PRODUCTS[term]
    return (SHORTER.get(term, least), most) if pooled else (least, most)
