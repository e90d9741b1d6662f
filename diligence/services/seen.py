"""What a part tells about the whole tape, to and from the JSON that is kept with it."""

from typing import Any

from diligence.domain.tapeseen import TapeSeen


def tape_seen(stored: dict[str, Any]) -> TapeSeen:
    """Read back what `seen_json` wrote; an empty object is a part without rows."""
    return TapeSeen.from_json(stored)


def seen_json(seen: TapeSeen) -> dict[str, object]:
    """Plain values that `tape_seen` reads back equal."""
    return seen.to_json()
