"""Modules put together into one script: each becomes a function that returns what the module exports.

Only the forms of import and export that our modules use are known; anything else is an error, not a guess.
"""

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|const|class) ([A-Za-z_$][\w$]*)", re.MULTILINE)
LIST = re.compile(r"export\{([^}]*)\};?\s*$")
LEFT = re.compile(r"^\s*(?:import|export)\b.*$", re.MULTILINE)


class NotBundled(Exception):
    """A module is written in a way that this does not know."""


def bundled(entry: Path) -> str:
    """The entry module and all it imports as one text, in an order in which each comes after what it needs."""
    found: dict[Path, str] = {}
    _add(entry.resolve(), found)
    return "\n".join(found.values())


def _add(path: Path, found: dict[Path, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for match in IMPORT.finditer(text):
        needed = (path.parent / match[2]).resolve()
        if needed not in found:
            _add(needed, found)
    names = {needed: f"module{at}" for at, needed in enumerate(found)}
    body = IMPORT.sub(lambda match: f"const {{{match[1]}}} = {names[(path.parent / match[2]).resolve()]};\n", text)
    exports = [match[2] for match in EXPORT.finditer(body)]
    body = EXPORT.sub(r"\1 \2", body)
    returned = ", ".join(exports)
    if listed := LIST.search(body):
        pairs = [each.strip().split(" as ") for each in listed[1].split(",")]
        returned = ", ".join(f"{public}: {local}" for local, public in pairs)
        body = body[: listed.start()]
    if left := LEFT.search(body):
        raise NotBundled(f"{path.name}: {left[0].strip()[:80]}")
    found[path] = f"const module{len(found)} = (() => {{\n{body}\nreturn {{ {returned} }};\n}})();"
