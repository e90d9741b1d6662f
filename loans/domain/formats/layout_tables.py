"""The column tables of the agencies' layouts, as shipped in loans/reference."""

from __future__ import annotations

import csv
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[2] / "reference"


def column_names_of(table: str) -> tuple[str, ...]:
    """Column names by position from a layout table; repeated names ("Filler") get a number as on a tape."""
    with (REFERENCE / table).open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)
