"""A sheet as a file, and a bid sealed as it says: what the command and the offline page do, too."""

import json
from typing import Any

from portfolios.domain.bidform.form import Sheet
from portfolios.domain.bidform.problems import problems
from portfolios.domain.sealing import Context, Envelope, Opener, decoded, fingerprint, seal

VERSION = 1
CONTEXT = ("sale", "round", "bidder", "seq", "tape_sha256", "deadline")
NEEDED = (*CONTEXT, "name", "k", "openers", "lots", "terms", "certificates")


class NotASheet(Exception):
    """The file is not the sheet of a sale; the text says why."""


class NotSealed(Exception):
    """The bid has problems; each is a sentence of its own in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def sheet_from_bytes(data: bytes) -> Sheet:
    """The sheet behind a file; NotASheet where it is anything else, or where a key is not that of its fingerprint."""
    try:
        found = json.loads(data)
        missing = [name for name in NEEDED if name not in found]
        keys = {each["name"]: decoded(each["public"]) for each in found["openers"]}
        told = {each["name"]: each["fingerprint"] for each in found["openers"]}
        wrong = [name for name, key in keys.items() if fingerprint(key) != told[name]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotASheet("This is not the sheet of a sale. Download it again from the sale's page.") from error
    if missing or found.get("v") != VERSION:
        raise NotASheet("This sheet has another format. Download it again, and this program, too.")
    if wrong:
        raise NotASheet(f"The key of {', '.join(wrong)} is not the one of its fingerprint. Ask the seller.")
    return dict(found)


def sealed(content: Any, sheet: Sheet) -> Envelope:
    """Seal a bid, or the seller's reserve, for what its sheet says; NotSealed where it would not count."""
    if wrong := problems(content, sheet):
        raise NotSealed(wrong)
    return seal(content, context_of(sheet), openers_of(sheet), sheet["k"])


def context_of(sheet: Sheet) -> Context:
    """Whom and what the next bid is sealed for."""
    return Context(**{name: sheet[name] for name in CONTEXT})


def openers_of(sheet: Sheet) -> list[Opener]:
    """The openers with their public keys."""
    return [Opener(each["name"], decoded(each["public"])) for each in sheet["openers"]]
