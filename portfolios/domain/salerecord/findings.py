"""What a check of a record found: that a thing holds, that it does not, or that it cannot be told from this record."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portfolios.domain.awards import Unsolved

CHANGED = "What the record says cannot be worked out: it was changed."
UNWORKABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, Unsolved)
Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, whether it holds (None where it could not be checked), and a sentence."""

    check: str
    holds: bool | None
    sentence: str

    @property
    def state(self) -> str:
        return {True: "holds", False: "broken", None: "unchecked"}[self.holds]


def found(name: str, check: Callable[[Checked], Iterator[Finding]], record: Checked) -> list[Finding]:
    """What a check finds. A forged record may hold anything, and gets an answer whatever it holds."""
    try:
        return list(check(record))
    except UNWORKABLE:
        return [Finding(name, False, CHANGED)]


def held(name: str, problems: Sequence[str], fine: str) -> Finding:
    """That a thing holds, or everything that is wrong with it."""
    return Finding(name, not problems, " ".join(problems) or fine)


def said(numbers: Sequence[int], what: str, fine: str) -> str:
    return f"Entry {', '.join(map(str, numbers))} {what}." if numbers else fine
