"""The shape of what is sealed, as JSON Schema, and the little of that language which these two schemas use.

`static/js/bidform.js` reads the same files in the same way: both say the same sentences, which a table of cases holds.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

HERE = Path(__file__).resolve().parent
WORDS = MappingProxyType({"object": "an object", "array": "a list", "string": "text", "integer": "a whole number"})
KINDS: Mapping[str, type] = MappingProxyType({"object": dict, "array": list, "string": str, "integer": int})
Schema = Mapping[str, Any]


@cache
def schema(name: str) -> Schema:
    """The schema of a `bid` or of a `reserve`."""
    found: Schema = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def faults(thing: Any, of: Schema) -> Iterator[str]:
    """Every way in which a thing does not have its shape, as sentences; nothing inside a list that is too long."""
    kind = of["type"]
    if not _is(thing, kind):
        yield f"The {of['title']} is not {WORDS[kind]}."
    elif kind == "object":
        yield from _in_object(thing, of)
    elif kind == "array":
        yield from _in_list(thing, of)
    elif kind == "string":
        yield from _in_text(thing, of)
    elif not of["minimum"] <= thing <= of["maximum"]:
        yield f"The {of['title']} is not between {of['minimum']} and {of['maximum']}."


def _is(thing: Any, kind: str) -> bool:
    return isinstance(thing, KINDS[kind]) and not isinstance(thing, bool)


def _in_object(thing: Mapping[str, Any], of: Schema) -> Iterator[str]:
    known, others = of.get("properties", {}), of["additionalProperties"]
    if len(thing) > of.get("maxProperties", len(thing)):
        yield f"The {of['title']} has more than {of['maxProperties']} entries."
        return
    for key in of.get("required", ()):
        if key not in thing:
            yield f"The {known[key]['title']} is missing."
    for key, inner in known.items():
        if key in thing:
            yield from faults(thing[key], inner)
    strange = sorted(key for key in thing if key not in known)
    if strange and not others:
        yield f"The {of['title']} has a field that none has: {strange[0][:40]}."
    elif others:
        for key in strange:
            yield from faults(thing[key], others)


def _in_list(thing: list[Any], of: Schema) -> Iterator[str]:
    if len(thing) > of["maxItems"]:
        yield f"The {of['title']} has more than {of['maxItems']} entries."
        return
    if len(thing) < of.get("minItems", 0):
        yield f"The {of['title']} is empty."
    for each in thing:
        yield from faults(each, of["items"])


def _in_text(thing: str, of: Schema) -> Iterator[str]:
    if len(thing) > of["maxLength"]:
        yield f"The {of['title']} has more than {of['maxLength']} characters."
    elif not re.fullmatch(of["pattern"], thing):
        yield f"The {of['title']} is not {of['description']}."
