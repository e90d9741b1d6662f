"""What the pages of a pool's tapes show: months with their reconciliation, what did not add up, files under way."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import QuerySet

from accounts.models import User
from loans.domain.harmless import harmless_frame
from loans.domain.purposes import TapePurpose
from portfolios.domain.remittance import TITLES
from portfolios.domain.terms import month_after, months_between
from portfolios.models import PoolFile, PoolMonth, Security

MONTHS_SHOWN = 120
FINDINGS_SHOWN = 50
UNDER_WAY_SHOWN = 20
SEVERITIES = {"fatal": "Fatal", "warning": "Warning", "informational": "Info"}
SPLITS = {
    "told": "Principal as the tape tells it.",
    "inferred": "The tape has balances and due dates only: principal was worked out of them.",
    "mixed": "Principal as the tape tells it; for {loans} loans worked out of their balances.",
    "none": "The pool's loans begin with this tape: its principal is not split.",
}


@dataclass(frozen=True)
class Row:
    """A month, or a gap of months that no tape is there for."""

    month: date
    computed: PoolMonth | None
    file: PoolFile | None = None
    gap_to: date | None = None

    @property
    def beginning(self) -> Decimal | None:
        """What the loans were before the month's principal."""
        if self.computed is None or self.computed.due is None:
            return None
        return self.computed.due + (self.computed.scheduled or 0)

    @property
    def apart(self) -> bool:
        """Whether loans and security are further apart than they may be."""
        if self.computed is None or self.computed.difference is None or self.computed.tolerance is None:
            return False
        return bool(abs(self.computed.difference) > self.computed.tolerance)

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity; of each kind only so many are kept one by one, and all are counted here."""
        told = self.computed.findings if self.computed else []
        severity = {one["code"]: one["severity"] for one in told}
        counted = self.computed.facts.get("counts", {}) if self.computed else {}
        totals = dict.fromkeys(SEVERITIES, 0)
        for code, count in counted.items():
            totals[severity.get(code, "warning")] += count
        return totals

    @property
    def findings(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Kind:
    """Findings of one kind: how many there are, and those that are shown."""

    title: str
    severity: str
    count: int
    shown: list[dict[str, Any]]

    @property
    def of_loans(self) -> bool:
        """Whether it is about single loans rather than the pool."""
        return any(one["loan"] for one in self.shown)

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@dataclass(frozen=True)
class Page:
    """The tapes of a pool: months newest first, the month that is looked at, and the files that gave no month yet."""

    rows: list[Row]
    older: int
    chosen: Row | None
    kinds: list[Kind]
    lines: list[tuple[str, Decimal, str]]
    split: str
    previous: date | None
    under_way: list[PoolFile]
    next_month: date


def page(security: Security, user: User, wanted: date | None = None) -> Page:
    """Everything the page shows; `wanted` is the month looked at, else the newest that came from a tape."""
    months = list(months_of(security))
    files = newest_files(security)
    rows = with_gaps([Row(month.month, month, files.get(month.month)) for month in months])
    tapes = [row for row in rows if row.computed and row.computed.source == "remittance"]
    chosen = next((row for row in rows if row.computed and row.month == wanted), tapes[0] if tapes else None)
    last = months[0].month if months else security.issued_on
    return Page(
        rows=rows[:MONTHS_SHOWN],
        older=max(len(rows) - MONTHS_SHOWN, 0),
        chosen=chosen,
        kinds=kinds_of(chosen),
        lines=lines_of(chosen),
        split=split_of(chosen),
        previous=previous_of(chosen),
        under_way=under_way(security),
        next_month=month_after(last, 1),
    )


def months_of(security: Security) -> QuerySet[PoolMonth]:
    """Months as they stand, the newest first."""
    found = PoolMonth.objects.filter(security=security, latest=True).order_by("-month")
    return found.select_related("tape_version__tape", "recorded_by").defer(
        *(f"tape_version__{heavy}" for heavy in ("columns", "profile", "mapping", "facts", "difference"))
    )


def newest_files(security: Security) -> dict[date, PoolFile]:
    """The tape that counts for each month."""
    found = files_of(security).filter(done_at__isnull=False, month__isnull=False).order_by("sent_at", "pk")
    return {file.month: file for file in found if file.month}


def files_of(security: Security) -> QuerySet[PoolFile]:
    tapes = PoolFile.objects.filter(security=security, version__tape__purpose=TapePurpose.REMITTANCE)
    return tapes.select_related("version__tape", "sent_by").defer(
        "version__columns", "version__profile", "version__mapping", "version__facts"
    )


def under_way(security: Security) -> list[PoolFile]:
    """Tapes that gave no month: being read, waiting for their columns, computed, or refused."""
    return list(files_of(security).filter(done_at=None)[:UNDER_WAY_SHOWN])


def with_gaps(rows: list[Row]) -> list[Row]:
    """The months, newest first, with a row for each stretch that no month is known for."""
    found: list[Row] = []
    for row in rows:
        if found and months_between(row.month, found[-1].month) > 1:
            found.append(Row(month_after(row.month, 1), None, gap_to=month_after(found[-1].month, -1)))
        found.append(row)
    return found


def kinds_of(row: Row | None) -> list[Kind]:
    """What did not add up, kind by kind, the gravest first."""
    if row is None or row.computed is None:
        return []
    counts = row.computed.facts.get("counts", {})
    by_code: dict[str, list[dict[str, Any]]] = {}
    for one in row.computed.findings:
        by_code.setdefault(one["code"], []).append(one)
    order = list(SEVERITIES)
    kinds = [
        Kind(TITLES.get(code, code), told[0]["severity"], counts.get(code, len(told)), told[:FINDINGS_SHOWN])
        for code, told in by_code.items()
    ]
    return sorted(kinds, key=lambda kind: (order.index(kind.severity), kind.of_loans, -kind.count))


LINES = (
    ("ending", "Ending principal balance of the loans", ""),
    ("prepaid", "Prepaid principal", "+"),
    ("delinquent", "Delinquent principal", "−"),
    ("last_installment", "Last installment of liquidated loans", "+"),
    ("adjusted", "Adjusted principal balance", "="),
    ("security", "Security balance", "−"),
    ("difference", "Difference", "="),
)


def lines_of(row: Row | None) -> list[tuple[str, Decimal, str]]:
    """The reconciliation, line by line, with the sign of each."""
    told = row.computed.facts.get("reconciliation") if row and row.computed else None
    return [(label, Decimal(told[name]), sign) for name, label, sign in LINES] if told else []


def split_of(row: Row | None) -> str:
    """How the month's principal was told apart."""
    facts = row.computed.facts if row and row.computed else {}
    return SPLITS.get(facts.get("split", ""), "").format(loans=f"{facts.get('inferred_loans', 0):,}")


def previous_of(row: Row | None) -> date | None:
    """The month from whose loans this one was computed."""
    told = row.computed.facts.get("previous") if row and row.computed else None
    return date.fromisoformat(f"{told}-01") if told else None


def findings_csv(security: Security, month: date | None = None) -> str:
    """Findings that are kept, of one month or of all, as CSV that no spreadsheet runs."""
    months = months_of(security).filter(**({"month": month} if month else {}))
    rows = [
        {
            "month": f"{one.month:%Y-%m}",
            "code": finding["code"],
            "severity": SEVERITIES.get(finding["severity"], finding["severity"]),
            "what": TITLES.get(finding["code"], finding["code"]),
            "loan": finding["loan"],
            "field": finding["field"],
            "sentence": finding["sentence"],
            **{name: finding["numbers"].get(name) for name in NUMBERS},
        }
        for one in months
        for finding in one.findings
    ]
    return harmless_frame(pl.DataFrame(rows, schema=CSV_SCHEMA)).write_csv()


NUMBERS = (
    "before", "after", "shown", "expected", "told", "left", "parts", "was_rate", "rate", "was_months", "months",
    "difference", "tolerance",
)  # fmt: skip
CSV_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("month", "code", "severity", "what", "loan", "field", "sentence"), pl.String),
    **dict.fromkeys(NUMBERS, pl.Float64),
}


def sendable(user: User) -> QuerySet[Security]:
    """Pools whose months the person's organization sends: it services them, or follows them and nobody else does."""
    serviced = Security.objects.filter(servicer=user.organization_id)
    own = Security.objects.filter(organization=user.organization_id, servicer=None)
    return (serviced | own).filter(archived_at=None).order_by("name")
