"""The qualification statement of a bidder: its questions are data, some asked in certain kinds of sales only."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

QUESTIONS = Path(__file__).resolve().parent.parent / "reference" / "qualification.toml"


class AnswerType(StrEnum):
    LINE = "line"
    TEXT = "text"
    MONEY = "money"  # USD
    NUMBER = "number"
    CHOICE = "choice"
    YES = "yes"  # a certification: the statement is not taken without it


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the statement; without `kinds` it is asked in every sale."""

    code: str
    section: str
    text: str
    type: AnswerType
    help: str = ""
    choices: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with what was answered, as people read it; None where it was not."""

    question: Question
    value: str | None


@cache
def all_questions() -> tuple[Question, ...]:
    """Every question in the order of the file. ValueError names a code that is there twice."""
    sections = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["section"]
    found = tuple(_question(section["title"], row) for section in sections for row in section["question"])
    codes = [question.code for question in found]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"qualification.toml asks twice: {', '.join(twice)}.")
    return found


def questions(kind: str) -> tuple[Question, ...]:
    """What is asked in a kind of sale."""
    return tuple(each for each in all_questions() if not each.kinds or kind in each.kinds)


def answers(kind: str, statement: Mapping[str, Any]) -> tuple[Answer, ...]:
    """The questions of a kind with the answers of a statement, money with its sign and separators."""
    return tuple(Answer(question, _written(question, statement.get(question.code))) for question in questions(kind))


def _written(question: Question, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if question.type is AnswerType.YES:
        return "Certified" if value is True else None
    return f"${int(value):,}" if question.type is AnswerType.MONEY else str(value)


def _question(section: str, row: dict[str, Any]) -> Question:
    return Question(
        row["code"],
        section,
        row["text"],
        AnswerType(row["type"]),
        row.get("help", ""),
        tuple(row.get("choices", ())),
        frozenset(row.get("kinds", ())),
    )
