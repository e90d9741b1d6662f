"""One row of a table of published numbers, and reading its inputs under the names that tables use for them."""

import csv
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

OWN_TABLES = Path(__file__).parents[3] / "data" / "published"
TABLE_VARIABLE = "PUBLISHED_TABLES"

SAME_INPUT = {
    "gross": ("gross", "wac", "gross_rate", "gross_coupon", "rate"),
    "net": ("net", "coupon", "net_rate", "coupon_rate", "passthrough", "net_coupon"),
    "remaining": ("remaining", "wam", "remaining_term", "term_remaining"),
    "term": ("term", "original_term", "term_original"),
    "age": ("age", "wala"),
    "psa": ("psa", "speed", "prepay_speed", "psa_speed"),
    "cpr": ("cpr", "cpr_pct"),
    "smm": ("smm", "smm_pct", "prepay_matrix", "smm_vector"),
    "abs": ("abs", "abs_pct"),
    "sda": ("sda", "default_speed"),
    "mdr": ("mdr", "mdr_pct"),
    "cdr": ("cdr", "cdr_pct"),
    "balance": ("balance", "face", "original_balance", "current_face"),
    "delay": ("delay", "actual_delay_days", "delay_days", "actual_delay"),
    "price": ("price", "P0", "clean_price"),
    "semiannual": ("yield", "bond_equivalent_yield", "bey", "yield_semiannual"),
    "mortgage_yield": ("mortgage_yield_monthly", "mortgage_yield", "yield_monthly"),
    "remaining_1": ("remaining_1", "wam1", "remaining1", "wam_1"),
    "remaining_2": ("remaining_2", "wam2", "remaining2", "wam_2"),
    "F1": ("F1", "factor1", "factor_1"),
    "F2": ("F2", "factor2", "factor_2"),
    "original_face": ("original_face", "original_aggregate_amount", "original_upb", "issuance_upb", "original_balance"),
    "current_balance": ("remaining_rpb", "current_upb", "current_balance", "remaining_balance", "current_security_upb"),
    "horizon_months": ("horizon_months", "holding_months", "hold_months", "sold_after_months", "months_held", "months"),
    "reinvestment": ("reinvestment", "reinvestment_rate", "reinvestment_pct", "reinvest", "R"),
    "shift": ("shift", "dy", "delta", "yield_shift"),
    "price_up": ("price_up", "P_up", "P_plus", "price_plus", "P+", "up"),
    "price_down": ("price_down", "P_down", "P_minus", "price_minus", "P-", "down"),
}
FRACTION_FAMILIES = frozenset({"MW"})  # whose pages give rates as fractions of one
DECIMAL_SLACK = Decimal("1e-12")


class UnknownRow(Exception):
    """A row of a table, family or variable that no handler knows; the sentence names it."""


class Percent(float):
    """A rate in percent, to be told from other numbers when the table prints fractions."""


@dataclass(frozen=True)
class Row:
    """A published number and what is needed to compute it."""

    table_id: str
    variable: str
    index: str
    unit: str
    published: str
    agrees: str
    note: str
    inputs_json: str

    @property
    def family(self) -> str:
        return self.table_id.split("-", 1)[0]

    @cached_property
    def inputs(self) -> dict[str, Any]:
        return dict(json.loads(self.inputs_json))

    @property
    def name(self) -> str:
        """The variable in lower case with underscores, without its scale and without "(total)"."""
        bare = re.sub(r"\(total\)", "", self.variable.split("/1e")[0]).lower()
        return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")

    @property
    def scale(self) -> float:
        """1e4 for a variable printed as `end_balance/1e4`."""
        found = re.search(r"/(1e\d+)", self.variable)
        return float(found[1]) if found else 1.0

    @property
    def month(self) -> int | None:
        """The month that the index names, or the inputs."""
        found = re.fullmatch(r"(\d+)", self.index.strip()) or re.search(r"month\s*(\d+)", self.index)
        return int(found[1]) if found else self.inputs.get("month")

    @property
    def is_total(self) -> bool:
        return "total" in self.index or "(total)" in self.variable

    @property
    def decimals(self) -> int:
        return len(self.published.partition(".")[2])

    def has(self, *names: str) -> bool:
        return all(self.get(name) is not None for name in names)

    def get(self, name: str, default: Any = None) -> Any:
        """An input under any of the names that tables use for it."""
        given = self.inputs
        return next((given[key] for key in SAME_INPUT.get(name, (name,)) if key in given), default)

    def starting(self, *beginnings: str) -> Any:
        """The first input whose name begins in one of these ways."""
        return next((value for key, value in self.inputs.items() if key.lower().startswith(beginnings)), None)

    def rate(self, name: str) -> float:
        """A rate in percent, whatever the family writes."""
        return float(self.get(name)) * (100.0 if self.family in FRACTION_FAMILIES else 1.0)

    def in_table_unit(self, value: float | Decimal) -> Decimal:
        """A computed value as the table would print it, before rounding."""
        number = Decimal(str(float(value))) if isinstance(value, float) else Decimal(value)
        if isinstance(value, Percent):
            number *= {"f": Decimal("0.01"), "d": Decimal("0.01"), "b": Decimal(100)}.get(self.unit[:1], Decimal(1))
        return number / Decimal(str(self.scale))

    def accepts(self, value: float | Decimal) -> bool:
        """Whether a value rounds to the printed number, or to one unit of its last digit beside it for `last-digit`."""
        places = Decimal("1.5") if self.agrees == "last-digit" else Decimal("0.5")
        miss = abs(self.in_table_unit(value) - Decimal(self.published))
        return miss <= places.scaleb(-self.decimals) + DECIMAL_SLACK

    def rounded(self, value: float | Decimal) -> Decimal:
        return self.in_table_unit(value).quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)

    def __str__(self) -> str:
        return f"{self.table_id} {self.variable} {self.index}".strip()


def table_paths() -> list[Path]:
    """The table that PUBLISHED_TABLES names, or those that ship."""
    named = os.environ.get(TABLE_VARIABLE)
    return [Path(named)] if named else sorted(OWN_TABLES.glob("*.csv"))


def read_rows(path: Path) -> Iterator[Row]:
    with path.open(newline="", encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            yield Row(
                table_id=line["table_id"],
                variable=line["variable"],
                index=line["index"],
                unit=line["unit"],
                published=line["published"].replace(",", ""),
                agrees=line.get("agrees") or "yes",
                note=line.get("note") or "",
                inputs_json=line["inputs"],
            )
