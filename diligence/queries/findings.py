"""Findings of one rule, paged by key. Totals come from the rule's stored counts."""

from dataclasses import dataclass

from django.db.models import Q

from diligence.domain.lifecycles import FindingStatus
from diligence.models import Finding, Run, RunRule
from diligence.queries.results import STATUSES, shown_count
from diligence.queries.written import Written, label_of, written_values

PAGE = 50
VALUES_SHOWN = 3
STATUS_NAMES = {status.value: status.name.lower() for status in FindingStatus}


@dataclass(frozen=True)
class Line:
    """A finding as it is listed: its status in words, and each value it saw beside its label, as people write it."""

    finding: Finding
    values: Written

    @property
    def status(self) -> str:
        return STATUS_NAMES[self.finding.status]

    @property
    def named(self) -> list[str]:
        """Labels of all fields that a finding about the whole tape names; its sentence has only the first of many."""
        return [] if self.finding.row_no else [label_of(name) for name in self.finding.fields.split(";") if name]

    @property
    def is_long(self) -> bool:
        """Whether its values are many, so that they stand folded below the sentence."""
        return len(self.values) > VALUES_SHOWN

    @property
    def columns(self) -> list[str]:
        return [column for column in self.finding.columns.split(";") if column]


@dataclass(frozen=True)
class Cursor:
    """The place after which the next page begins."""

    row_no: int = -1
    seq: int = 0

    @classmethod
    def of(cls, text: str) -> "Cursor":
        """Read what `str` wrote; anything else begins at the start."""
        row, _, seq = text.partition(".")
        return cls(int(row), int(seq)) if row.isdecimal() and seq.isdecimal() else cls()

    def __str__(self) -> str:
        return f"{self.row_no}.{self.seq}"


@dataclass(frozen=True)
class Page:
    """A stretch of the findings of a rule; `rest` is how many follow, or one more than a page of them."""

    rule: RunRule
    lines: list[Line]
    total: int
    next: str
    status: str
    rest: int


def page(run: Run, rule: RunRule, *, status: str = "all", after: str = "") -> Page:
    """Fifty findings of a rule after a place, in one query by key; the total is the one stored with the rule."""
    chosen = status if status in STATUSES else "all"
    start = Cursor.of(after)
    behind = Q(row_no__gt=start.row_no) | Q(row_no=start.row_no, seq__gt=start.seq)
    found = Finding.objects.filter(behind, run=run, rule_no=rule.rule_no, row_no__gte=max(start.row_no, 0))
    if chosen != "all":
        found = found.filter(status__in=STATUSES[chosen])
    rows = list(found.order_by("row_no", "seq")[: 2 * PAGE + 1])
    more = str(Cursor(rows[PAGE - 1].row_no, rows[PAGE - 1].seq)) if len(rows) > PAGE else ""
    values = written_values([row.values for row in rows[:PAGE]])
    lines = [Line(row, seen) for row, seen in zip(rows, values, strict=False)]
    return Page(rule, lines, shown_count(rule, chosen), more, chosen, max(len(rows) - PAGE, 0))
