"""What the results page shows, from what was stored when the run finished: no finding is counted or summed here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet

from diligence.domain.lifecycles import FindingStatus
from diligence.models import Finding, RuleTally, Run, RunRule

SEVERITIES: dict[str, tuple[int, ...]] = {"fatal": (1,), "warning": (2, 3), "info": (4,)}
STATUSES: dict[str, tuple[int, ...]] = {
    "open": (FindingStatus.OPEN, FindingStatus.DISPUTED),
    "closed": (FindingStatus.VERIFIED, FindingStatus.WAIVED),
    "all": tuple(FindingStatus),
}
STATUS_WORDS = {"open": "Open", "closed": "Verified or waived", "all": "Any"}
CURED_BY = {"no": "Lender", "verify": "Lender, or verified", "with_authority": "Lender, or waived"}
INFORMATIONAL = 4
TABLES = "tables"
WHOLE_TAPE_SHOWN = 50


@dataclass(frozen=True)
class Filters:
    """The filters of the page, as they stand in the address."""

    severity: str = ""
    status: str = "open"
    words: str = ""
    by: str = "credit_score"
    view: str = "charts"

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "Filters":
        severity, status = data.get("severity", ""), data.get("status", "open")
        return cls(
            severity if severity in SEVERITIES else "",
            status if status in STATUSES else "open",
            data.get("q", "").strip()[:100],
            data.get("by", "credit_score"),
            TABLES if data.get("view") == TABLES else "charts",
        )

    def address(self, **changes: str) -> str:
        """The query string with these changes; what is at its standard is left out."""
        mine = {"severity": self.severity, "status": self.status, "q": self.words, "by": self.by, "view": self.view}
        values = mine | changes
        standard = {"severity": "", "status": "open", "q": "", "by": "credit_score", "view": "charts"}
        kept = {key: value for key, value in values.items() if value != standard[key]}
        return "?" + urlencode(kept)


@dataclass(frozen=True)
class RuleLine:
    """A rule with findings, as one line of the table. `share` is a fraction of the UPB of all loans."""

    code: str
    title: str
    severity: int
    findings: int
    open: int
    upb: Decimal
    share: float | None
    waivable: str
    url: str = ""

    @property
    def closed(self) -> int:
        """Verified or waived; a finding that was cured is gone with the next version of the tape."""
        return self.findings - self.open

    @property
    def closed_share(self) -> float:
        return self.closed / self.findings if self.findings else 0.0

    @property
    def cured_by(self) -> str:
        return "" if self.severity == INFORMATIONAL else CURED_BY.get(self.waivable, "Lender")


def rule_lines(
    rules: Iterable[Mapping[str, Any]], *, upb: Decimal | float | None, url_of: Callable[[str], str]
) -> list[RuleLine]:
    """Lines of the table of rules from plain values: code, title, severity, waivable, findings, open, upb."""
    return [_line(rule, float(upb or 0), url_of) for rule in rules]


def _line(rule: Mapping[str, Any], whole: float, url_of: Callable[[str], str]) -> RuleLine:
    affected = Decimal(str(rule["upb"]))
    return RuleLine(
        code=rule["code"],
        title=rule["title"],
        severity=rule["severity"],
        findings=rule["findings"],
        open=rule["open"],
        upb=affected,
        share=float(affected) / whole if whole else None,
        waivable=rule["waivable"],
        url=url_of(rule["code"]),
    )


@dataclass(frozen=True)
class Outcomes:
    """Rules times loans: how often a rule fired, was clear, could not be evaluated because an input is blank."""

    fired: int
    clear: int
    not_evaluated: int

    @property
    def total(self) -> int:
        return self.fired + self.clear + self.not_evaluated

    def share(self, amount: int) -> float:
        return amount / self.total if self.total else 0.0

    @property
    def fired_share(self) -> float:
        return self.share(self.fired)

    @property
    def clear_share(self) -> float:
        return self.share(self.clear)

    @property
    def not_evaluated_share(self) -> float:
        return self.share(self.not_evaluated)


@dataclass(frozen=True)
class Page:
    """The results of one run under filters; `counts` are findings by severity under the other filters."""

    filters: Filters
    rules: list[dict[str, Any]]
    counts: dict[str, int]
    with_findings: int
    silent: int
    outcomes: Outcomes
    open_counts: dict[str, int]
    whole_tape: list[Finding]
    rule_of: dict[int, RunRule]


def page(run: Run, filters: Filters) -> Page:
    """All of the page in three queries."""
    rules = {rule.rule_no: rule for rule in run.rules.all()}
    tallies = [tally for tally in run.tallies.all() if tally.rule_no in rules]
    matching = [t for t in tallies if shown_count(t, filters.status) and has_words(rules[t.rule_no], filters.words)]
    of_severity = SEVERITIES.get(filters.severity)
    shown = [tally for tally in matching if of_severity is None or tally.severity in of_severity]
    shown.sort(key=lambda t: (t.severity, -shown_count(t, filters.status), rules[t.rule_no].code))
    with_findings = len({tally.rule_no for tally in tallies if tally.findings})
    return Page(
        filters=filters,
        rules=[plain(tally, rules[tally.rule_no]) for tally in shown],
        counts=counts(matching, filters.status),
        with_findings=with_findings,
        silent=len(rules) - with_findings,
        outcomes=outcomes(rules.values()),
        open_counts=counts(tallies, "open"),
        whole_tape=list(whole_tape(run)),
        rule_of=rules,
    )


def plain(tally: RuleTally, rule: RunRule) -> dict[str, Any]:
    """What `rule_lines` takes."""
    known = {"code": rule.code, "title": rule.title, "waivable": rule.waivable, "severity": tally.severity}
    return known | {"findings": tally.findings, "open": tally.open, "upb": tally.upb}


def shown_count(counted: RunRule | RuleTally, status: str) -> int:
    """The findings that a status filter lets through."""
    return {"open": counted.open, "closed": counted.findings - counted.open}.get(status, counted.findings)


def has_words(rule: RunRule, words: str) -> bool:
    text = f"{rule.code} {rule.title}".lower()
    return all(word in text for word in words.lower().split())


def counts(tallies: Iterable[RuleTally], status: str) -> dict[str, int]:
    """Findings by severity group."""
    found = dict.fromkeys(SEVERITIES, 0)
    groups = {number: name for name, numbers in SEVERITIES.items() for number in numbers}
    for tally in tallies:
        found[groups[tally.severity]] += shown_count(tally, status)
    return found


def outcomes(rules: Iterable[RunRule]) -> Outcomes:
    totals = [(rule.fired, rule.clear, rule.not_evaluated) for rule in rules]
    return Outcomes(*(sum(column) for column in zip(*totals, strict=True))) if totals else Outcomes(0, 0, 0)


def whole_tape(run: Run) -> QuerySet[Finding]:
    """Findings about the tape as a whole, gravest first; there are few, and they share one stretch of the key."""
    return Finding.objects.filter(run=run, row_no=0).order_by("severity", "rule_no", "seq")[:WHOLE_TAPE_SHOWN]


def counts_by_worst(run: Run) -> dict[str, int]:
    """Loans by their worst severity, for storing with the run when it finishes."""
    by_worst = dict(run.results.order_by().values_list("worst").annotate(n=Count("row_no")))
    return {name: sum(by_worst.get(number, 0) for number in numbers) for name, numbers in SEVERITIES.items()}
