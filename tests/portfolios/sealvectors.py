"""Fixed envelopes that every later version must still open, in Python and in browsers."""

import json
from pathlib import Path
from typing import Any

FIXED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "sealing" / "vectors.json").read_text(encoding="utf-8")
)
VECTORS: list[dict[str, Any]] = FIXED["vectors"]
NAMES = [vector["sealed_by"] for vector in VECTORS]
