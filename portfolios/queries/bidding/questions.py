"""Questions and answers of a sale as one bidder sees them: all answers, its own open questions, and no names."""

from dataclasses import dataclass
from datetime import datetime

from portfolios.models import Bidder, Question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer; `own` marks the reader's own, which only the reader is told."""

    text: str
    answer: str
    at: datetime
    own: bool


def questions_for(bidder: Bidder) -> list[Asked]:
    """The reader's own open questions first, then all answers, newest first."""
    found = list(Question.objects.filter(sale=bidder.sale).order_by("-published_at", "-asked_at"))
    mine = [asked(one, bidder) for one in found if one.published_at is None and one.bidder_id == bidder.pk]
    return mine + [asked(one, bidder) for one in found if one.published_at is not None]


def asked(question: Question, bidder: Bidder) -> Asked:
    at = question.published_at or question.asked_at
    return Asked(question.text, question.answer, at, question.bidder_id == bidder.pk)
