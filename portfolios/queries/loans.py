"""Loans of a bundle: pages of them by key, and one loan with its fields and findings."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from config.ui import dates, numbers
from diligence.domain.lifecycles import FindingStatus
from diligence.models import Finding, LoanResult, RunRule
from diligence.queries.written import Written, written_values
from loans.domain.fields import FIELD, FIELDS, Field, FieldType
from loans.domain.mapping import Mapping as ColumnMapping
from loans.queries.fields import fields_by_row, fields_of
from portfolios.models import Bundle, BundleLoan

PAGE = 50
SHOWN = ("all", "fatal", "left_out")
COLUMNS = ("property_state", "credit_score", "ltv", "dti", "note_rate")
HIDDEN = "Hidden"
TAXPAYER_NUMBERS = frozenset({"borrower_ssn", "coborrower_ssn"})


@dataclass(frozen=True)
class LoanLine:
    """A loan in the list: its place in the bundle, some fields, and what its findings add up to."""

    place: BundleLoan
    fields: Mapping[str, Any]
    result: LoanResult | None
    worst: str = ""

    @property
    def fatal(self) -> int:
        return self.result.open_fatal if self.result else 0

    @property
    def warning(self) -> int:
        return self.result.open_warning if self.result else 0

    @property
    def info(self) -> int:
        return self.result.informational if self.result else 0


@dataclass(frozen=True)
class LoansPage:
    lines: list[LoanLine]
    shown: str
    total: int
    next: str
    rest: int


def page(bundle: Bundle, *, shown: str = "all", after: str = "") -> LoansPage:
    """Fifty loans after a row, in five queries at most, whatever the size of the bundle."""
    chosen = shown if shown in SHOWN else "all"
    places = of_kind(bundle, chosen).order_by("row_no")
    if after.isdecimal():
        places = places.filter(row_no__gt=int(after))
    rows = list(places[: 2 * PAGE + 1])
    more = str(rows[PAGE - 1].row_no) if len(rows) > PAGE else ""
    totals = {"all": bundle.loan_count, "fatal": bundle.open_fatal, "left_out": bundle.kicked_out}
    return LoansPage(lines(bundle, rows[:PAGE]), chosen, totals[chosen], more, max(len(rows) - PAGE, 0))


def of_kind(bundle: Bundle, chosen: str) -> QuerySet[BundleLoan]:
    """All delivered loans, the kept ones with open fatal findings, or those left out."""
    places = BundleLoan.objects.filter(bundle=bundle)
    if chosen == "left_out":
        return places.exclude(kicked_out="")
    if chosen == "fatal":
        unclean = LoanResult.objects.filter(run=bundle.run_id, row_no=OuterRef("row_no"), open_fatal__gt=0)
        return places.filter(Exists(unclean), kicked_out="")
    return places


def lines(bundle: Bundle, places: list[BundleLoan]) -> list[LoanLine]:
    """Loans with their fields, results and the words of their worst open finding."""
    rows = [place.row_no for place in places]
    fields = fields_by_row(bundle.run.version_id, rows, COLUMNS)
    results = {result.row_no: result for result in LoanResult.objects.filter(run=bundle.run_id, row_no__in=rows)}
    words = worst_words(bundle, list(results))
    return [
        LoanLine(place, fields.get(place.row_no, {}), results.get(place.row_no), words.get(place.row_no, ""))
        for place in places
    ]


def worst_words(bundle: Bundle, rows: Iterable[int]) -> dict[int, str]:
    """Title of the rule of the gravest open finding of each row."""
    open_findings = (
        Finding.objects.filter(run=bundle.run_id, row_no__in=list(rows))
        .exclude(status__in=(FindingStatus.VERIFIED, FindingStatus.WAIVED))
        .order_by("row_no", "severity", "rule_no")
        .distinct("row_no")
    )
    gravest = dict(open_findings.values_list("row_no", "rule_no"))
    rules = RunRule.objects.filter(run=bundle.run_id, rule_no__in=set(gravest.values()))
    titles = dict(rules.values_list("rule_no", "title"))
    return {row: titles.get(rule_no, "") for row, rule_no in gravest.items()}


@dataclass(frozen=True)
class Value:
    """A field of a loan: its label, its value as written, and the tape's own header for it."""

    label: str
    text: str
    column: str
    hidden: bool = False


@dataclass(frozen=True)
class Shown:
    """A finding of a loan with its rule and the values the rule saw."""

    finding: Finding
    rule: RunRule
    values: Written
    hidden: bool

    @property
    def status(self) -> str:
        return FindingStatus(self.finding.status).name.lower()

    @property
    def is_open(self) -> bool:
        return self.finding.status not in (FindingStatus.VERIFIED, FindingStatus.WAIVED)


@dataclass(frozen=True)
class LoanPage:
    place: BundleLoan
    groups: list[tuple[str, list[Value]]]
    findings: list[Shown]
    before: int | None
    after: int | None
    loan: Mapping[str, Any]

    @property
    def open_fatal(self) -> int:
        return sum(shown.finding.severity == 1 and shown.is_open for shown in self.findings)


def loan_page(bundle: Bundle, place: BundleLoan, *, borrowers: bool) -> LoanPage:
    """One loan; without `borrowers`, names, taxpayer numbers and addresses are hidden wherever they stand."""
    loan = fields_of(bundle.run.version_id, place.row_no)
    rows = BundleLoan.objects.filter(bundle=bundle).values_list("row_no", flat=True)
    return LoanPage(
        place=place,
        groups=groups(loan, ColumnMapping.from_json(bundle.run.version.mapping or {}), borrowers=borrowers),
        findings=findings(bundle, place, borrowers=borrowers),
        before=rows.filter(row_no__lt=place.row_no).order_by("-row_no").first(),
        after=rows.filter(row_no__gt=place.row_no).order_by("row_no").first(),
        loan=loan,
    )


def groups(loan: Mapping[str, Any], mapping: ColumnMapping, *, borrowers: bool) -> list[tuple[str, list[Value]]]:
    """The loan's filled fields in the groups of the field catalogue; protected characteristics are never shown."""
    found: dict[str, list[Value]] = {}
    for field in FIELDS:
        value = loan.get(field.name)
        if value in (None, "") or field.protected:
            continue
        hidden = field.borrower_data and not borrowers
        text = HIDDEN if hidden else masked(field, written(field, value))
        column = mapping.header_of.get(field.name, "")
        found.setdefault(field.group.replace("_", " ").capitalize(), []).append(
            Value(field.label, text, column, hidden)
        )
    return list(found.items())


def masked(field: Field, text: str) -> str:
    """A taxpayer number with all but its last four digits hidden; every other value as it is."""
    if field.name not in TAXPAYER_NUMBERS:
        return text
    return f"{'•' * max(len(text) - 4, 0)}{text[-4:]}"


def written(field: Field, value: Any) -> str:
    """A value as people read it: money with cents, rates with three places, dates with their year."""
    if field.type is FieldType.BOOLEAN:
        return "Yes" if value else "No"
    if field.type is FieldType.DATE:
        return dates.day_year(value)
    if field.unit.startswith("USD"):
        return numbers.money_cents(value)
    if field.unit.startswith("percent"):
        return numbers.rate(value) if "rate" in field.name else numbers.pct(value)
    return f"{value:f}".rstrip("0").rstrip(".") if field.type is FieldType.DECIMAL else str(value)


def findings(bundle: Bundle, place: BundleLoan, *, borrowers: bool) -> list[Shown]:
    """Findings of one loan, the gravest and still open first."""
    found = list(Finding.objects.filter(run=bundle.run_id, row_no=place.row_no))
    numbers_of_rules = {finding.rule_no for finding in found}
    rules = {rule.rule_no: rule for rule in RunRule.objects.filter(run=bundle.run_id, rule_no__in=numbers_of_rules)}
    values = written_values([finding.values for finding in found])
    shown = [
        show(finding, rules[finding.rule_no], seen, borrowers=borrowers)
        for finding, seen in zip(found, values, strict=True)
    ]
    return sorted(shown, key=lambda one: (one.finding.severity, not one.is_open, one.rule.code))


def show(finding: Finding, rule: RunRule, seen: Written, *, borrowers: bool) -> Shown:
    """A finding with what its rule saw, which is hidden where it rests on borrower data."""
    named = [name for name in finding.fields.split(";") if name]
    values: dict[str, Any] = json.loads(finding.values or "{}")
    private = any(name in FIELD and FIELD[name].borrower_data for name in (*named, *values))
    hidden = private and not borrowers
    return Shown(finding, rule, [] if hidden else seen, hidden)
