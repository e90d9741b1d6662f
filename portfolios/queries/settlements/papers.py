"""What people read while a worker draws up a paper of a settlement."""

from dataclasses import dataclass

from portfolios.domain.settlement.papers import Paper
from portfolios.models import Settlement, SettlementWork
from portfolios.queries.settlements.figures import figures
from portfolios.queries.settlements.overview import url_of

TITLES = {
    Paper.AGREEMENT: "The agreement is being drawn up",
    Paper.STATEMENT: "The statement is being drawn up",
    Paper.TRUE_UP: "The second statement is being drawn up",
}
FAILED = {
    Paper.AGREEMENT: "The agreement was not drawn up.",
    Paper.STATEMENT: "The statement was not drawn up.",
    Paper.TRUE_UP: "The second statement was not drawn up.",
}
TABS = {Paper.AGREEMENT: "agreement", Paper.STATEMENT: "statement", Paper.TRUE_UP: "true-up"}


@dataclass(frozen=True, slots=True)
class Making:
    """A paper on its way: who asked for it, how many loans are done, or why it was given up."""

    work: SettlementWork
    loans: int
    url: str

    @property
    def title(self) -> str:
        return (TITLES if self.work.under_way else FAILED)[Paper(self.work.paper)]

    @property
    def percent(self) -> int | None:
        """Of the loans that are done; None before the first of them."""
        done = self.work.loans_done
        return min(100 * done // self.loans, 100) if done and self.loans else None


def making(settlement: Settlement, paper: Paper) -> Making | None:
    """What is to be read about a paper on its way; None where nothing waits."""
    work = settlement.works.filter(paper=paper).select_related("by").first()
    if work is None:
        return None
    loans = figures(settlement).kept if work.loans_done else 0
    return Making(work, loans, url_of(settlement, TABS[paper]))
