"""Sealing away from the server: one file that a bidder keeps and opens without a network.

It is put together out of the very modules that the site serves. `python -m portfolios.offline` writes it again after
one of them was changed; a test keeps it in step.
"""

import json
from pathlib import Path

from portfolios.domain.bidform import schema

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "static" / "js"
SCHEMA_MODULE = SCRIPTS / "bidschema.js"


def schema_module() -> str:
    """The text of `bidschema.js`: the schemas of a bid and of a reserve, for browsers."""
    shapes = {name.upper(): json.dumps(schema(name), indent=2) for name in ("bid", "reserve")}
    exports = "\n\n".join(f"export const {name} = {text};" for name, text in shapes.items())
    return (
        "// Made from portfolios/domain/bidform/*.json by `python -m portfolios.offline`: change it there.\n\n"
        f"{exports}\n"
    )
