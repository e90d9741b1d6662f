"""Sealing away from the server: one file that a bidder keeps and opens without a network.

It is put together out of the very modules that the site serves. `python -m portfolios.offline` writes it again after
one of them was changed; a test keeps it in step.
"""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from portfolios.domain.bidform import schema
from portfolios.offline.bundling import bundled

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCE = HERE / "source"
SCHEMA_MODULE = ROOT / "static" / "js" / "bidschema.js"
TOKENS = ROOT / "static" / "css" / "tokens.css"
PAGE = HERE / "plumbline-seal.html"


def schema_module() -> str:
    """The text of `bidschema.js`: the schemas of a bid and of a reserve, for browsers."""
    shapes = {name.upper(): json.dumps(schema(name), indent=2) for name in ("bid", "reserve")}
    exports = "\n\n".join(f"export const {name} = {text};" for name, text in shapes.items())
    made = "// Made from portfolios/domain/bidform/*.json by `python -m portfolios.offline`: change it there."
    return f"{made}\n\n{exports}\n"


def page() -> str:
    """The text of the offline page, with script and style inside and a policy that lets nothing else run or load."""
    script = bundled(SOURCE / "page.js")
    style = TOKENS.read_text(encoding="utf-8") + (SOURCE / "page.css").read_text(encoding="utf-8")
    if "</script" in script or "</style" in style:
        raise ValueError("What is put inside the page would end its element.")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    text = (SOURCE / "page.html").read_text(encoding="utf-8")
    for name, part in (("policy", policy), ("style", style), ("script", script)):
        text = text.replace(f"{{{{{name}}}}}", part)
    return text


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def page_bytes() -> bytes:
    """The page as it is handed out."""
    return PAGE.read_bytes()


@cache
def page_sha256() -> str:
    """What bidders compare before they trust the page."""
    return hashlib.sha256(page_bytes()).hexdigest()
