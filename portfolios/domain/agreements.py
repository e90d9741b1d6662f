"""The confidentiality agreement of a sale: dated texts that are filled in with the sale's data, and read as blocks."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

TEXTS = Path(__file__).resolve().parent.parent / "reference" / "agreements"
NAME = re.compile(r"confidentiality-(?P<date>\d{4}-\d{2}-\d{2})\.md")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level 1 or 2) or a paragraph (level 0)."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """A text as one person is asked to sign it. `version` is the date of the text it was made from."""

    text: str
    version: date

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def blocks(self) -> tuple[Block, ...]:
        return blocks_of(self.text)


def versions() -> dict[date, Path]:
    """The texts that ship, by the date they are used from."""
    found = {path: NAME.fullmatch(path.name) for path in TEXTS.iterdir()}
    return {date.fromisoformat(name["date"]): path for path, name in sorted(found.items()) if name}


def agreement(on: date, values: Mapping[str, str]) -> Agreement:
    """The newest text on a day, filled in. KeyError names a value that the text needs and `values` lacks.

    A day before the first text gets the first, so that no sale is without one.
    """
    known = versions()
    version = max((day for day in known if day <= on), default=min(known))
    text = known[version].read_text(encoding="utf-8")
    return Agreement(Template(text).substitute(values), version)


def blocks_of(text: str) -> tuple[Block, ...]:
    """A text taken apart at its blank lines; lines that begin with # are headings."""
    return tuple(_block(part.strip()) for part in text.split("\n\n") if part.strip())


def _block(part: str) -> Block:
    marks = len(part) - len(part.lstrip("#"))
    return Block(part[marks:].strip(), min(marks, 2))
