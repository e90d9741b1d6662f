"""The purchase agreement as text: a dated template, filled with the facts of one sale, and read back for a page."""

import textwrap
import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "reference" / "agreements"
WIDTH = 96
RULE = "—" * 24


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    text: tuple[str, ...]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with placeholders; `status` is how far it can be relied on, `notice` says so to those who sign."""

    title: str
    dated: date
    status: str
    notice: str
    sections: tuple[Section, ...]


@cache
def template() -> Template:
    """The newest template that ships."""
    newest = max(FOLDER.glob("loan-sale-*.toml"))
    found = tomllib.loads(newest.read_text(encoding="utf-8"))
    sections = tuple(Section(row["heading"], tuple(row["text"]), row.get("when", "")) for row in found["section"])
    return Template(found["title"], found["dated"], found["status"], found["notice"], sections)


def agreement_text(template: Template, facts: Mapping[str, str], holds: Set[str]) -> str:
    """The agreement as plain text, sections numbered, lines of at most 96 characters; a blank paragraph is left out.

    KeyError for a placeholder without a fact.
    """
    parts = [template.title.upper(), _wrapped(template.notice), RULE]
    kept = [section for section in template.sections if not section.when or section.when in holds]
    for number, section in enumerate(kept, start=1):
        parts.append(f"{number}. {section.heading}")
        filled = [paragraph.format_map(facts) for paragraph in section.text]
        parts.extend(_wrapped(paragraph) for paragraph in filled if paragraph.strip())
    return "\n\n".join(parts) + "\n"


def _wrapped(paragraph: str) -> str:
    lines = [
        textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in paragraph.split("\n")
    ]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the text as a page shows it: "title", "notice", "heading", "list" or "text"."""

    kind: str
    text: str
    items: tuple[str, ...] = ()


def blocks(text: str) -> list[Block]:
    """The pieces of an agreement's text, in order."""
    pieces = [piece.strip() for piece in text.split("\n\n") if piece.strip()]
    return [_block(at, piece) for at, piece in enumerate(pieces) if piece != RULE]


def _block(at: int, piece: str) -> Block:
    one_line = " ".join(piece.split())
    if at == 0:
        return Block("title", one_line.capitalize())
    if at == 1:
        return Block("notice", one_line)
    if piece.startswith("- "):
        return Block("list", "", tuple(" ".join(item.split()) for item in f"\n{piece}".split("\n- ")[1:]))
    number, dot, rest = piece.partition(". ")
    is_heading = number.isdecimal() and bool(dot) and "\n" not in rest
    return Block("heading" if is_heading else "text", one_line)
