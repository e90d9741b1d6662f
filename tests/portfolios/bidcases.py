"""The table of cases that the form of a bid is held to in Python and in a browser."""

import json
from pathlib import Path
from typing import Any

TABLE = json.loads((Path(__file__).parents[1] / "data" / "bidform" / "cases.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = TABLE["cases"]
NAMES = [case["name"] for case in CASES]
SHEET: dict[str, Any] = TABLE["sheet"]


def sheet_of(case: dict[str, Any]) -> dict[str, Any]:
    return {**SHEET, **case.get("sheet", {})}
