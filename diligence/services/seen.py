"""What a part tells about the whole tape, to and from the JSON that is kept with it."""

from dataclasses import asdict
from typing import Any

from diligence.domain.tapeseen import ColumnSeen, TapeSeen


def tape_seen(stored: dict[str, Any]) -> TapeSeen:
    """Read back what `seen_json` wrote; an empty object is a part without rows."""
    columns = {name: ColumnSeen(**column) for name, column in stored.get("columns", {}).items()}
    return TapeSeen(stored.get("rows", 0), columns, stored.get("differing", {}), stored.get("needed", {}))


def seen_json(seen: TapeSeen) -> dict[str, object]:
    """Plain values that `tape_seen` reads back equal."""
    return {
        "rows": seen.rows,
        "columns": {name: asdict(column) for name, column in seen.columns.items()},
        "differing": dict(seen.differing),
        "needed": dict(seen.needed),
    }
