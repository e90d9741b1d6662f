"""One loan of a check: its fields beside the cells they came from, its findings with the working, its decisions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from diligence.domain import wording
from diligence.domain.compiling import RuleSet, Test
from diligence.domain.lifecycles import FindingStatus, Severity
from diligence.domain.rule import Rule
from diligence.models import Decision, Finding, Run
from diligence.queries import history
from diligence.queries.findings import STATUS_NAMES
from diligence.queries.workings import Value, Workings, common_fields, tests_of, workings
from diligence.queries.written import written_values
from loans.domain.fields import FIELD, FIELDS, Field
from loans.domain.mapping import Mapping
from loans.models import TapeChunk
from loans.queries.fields import fields_in
from loans.services.files import read_rows
from loans.services.texts import row_of

OPEN = (FindingStatus.OPEN, FindingStatus.DISPUTED)
GROUPS = {
    "identifier": "Identifiers",
    "terms": "Terms",
    "dates": "Dates",
    "payment": "Payments",
    "ratios": "Ratios and income",
    "valuation": "Price and value",
    "property": "Property",
    "borrower": "Borrowers",
    "underwriting": "Underwriting",
    "mi": "Mortgage insurance",
    "arm": "Adjustable rate",
    "features": "Features",
    "compliance": "Compliance",
    "economics": "Economics",
    "collateral": "Collateral",
}
FIRST_SHOWN = frozenset(
    {
        "value_basis", "calc_ltv", "calc_cltv", "calc_hcltv", "calc_dti", "calc_payment", "payment_difference",
        "calc_maturity_date", "calc_term_months", "calc_loan_age", "calc_scheduled_balance", "calc_reserves_months",
        "limit_applied", "loan_class", "matrix_max_ltv", "matrix_min_score", "mi_required_pct",
    }
)  # fmt: skip
NEVER_SHOWN = ("borrower_ssn", "coborrower_ssn")


@dataclass(frozen=True)
class FieldLine:
    """A field of the loan: the typed value, the tape's column and the text that stood in its cell."""

    field: Field
    value: Any
    column: str
    text: str | None
    look: str
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is neither a value nor a text to show."""
        return self.value is None and not (self.text or "").strip()


@dataclass(frozen=True)
class FindingLine:
    """A finding of the loan with its rule and its working."""

    finding: Finding
    rule: Rule
    values: list[Value]
    condition: str

    @property
    def key(self) -> str:
        return f"{self.finding.rule_no}.{self.finding.seq}"

    @property
    def status(self) -> str:
        return STATUS_NAMES[self.finding.status]

    @property
    def is_open(self) -> bool:
        return self.finding.status in OPEN

    @property
    def title(self) -> str:
        return self.rule.title


@dataclass(frozen=True)
class LoanPage:
    """Everything the page of a loan shows."""

    row_no: int
    loan: dict[str, Any]
    findings: list[FindingLine]
    groups: list[tuple[str, list[FieldLine]]]
    blank: list[str]
    extras: list[tuple[str, str]]
    derived: list[Value]
    derived_too: list[Value]
    texts: dict[str, str]
    decisions: list[dict[str, object]]

    @property
    def number(self) -> str:
        return self.loan["loan_id"] or f"in row {self.row_no}"

    @property
    def occupancy(self) -> str:
        """A code of the field in words: PrimaryResidence is "Primary residence"."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.loan["occupancy"] or "").capitalize()

    def open_of(self, *severities: int) -> list[FindingLine]:
        return [line for line in self.findings if line.is_open and line.finding.severity in severities]

    @property
    def open_fatal(self) -> list[FindingLine]:
        return self.open_of(Severity.FATAL)

    @property
    def open_warning(self) -> list[FindingLine]:
        return self.open_of(Severity.WARNING_TO_FATAL, Severity.WARNING)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Findings by severity group, open or not."""
        severities = [line.finding.severity for line in self.findings]
        warnings = severities.count(Severity.WARNING) + severities.count(Severity.WARNING_TO_FATAL)
        return severities.count(Severity.FATAL), warnings, severities.count(Severity.INFORMATIONAL)

    @property
    def shared(self) -> list[str]:
        """The fields behind every open fatal finding, when there are several findings."""
        return common_fields([line.finding for line in self.open_fatal]) if len(self.open_fatal) > 1 else []


def loan_page(
    run: Run, part: TapeChunk, row_no: int, ruleset: RuleSet, mapping: Mapping, *, borrowers: bool
) -> LoanPage:
    """The page of a loan of a part, in three queries and two files; `borrowers` shows names and addresses."""
    cells, values = row_of(part, row_no), fields_in(part, row_no)
    worked = workings(values, ruleset, file_facts_of(run, row_no))
    lines = list(field_lines(values, cells, mapping, borrowers=borrowers))
    derived = [value for value in worked.derived() if borrowers or not about_borrower(worked, value.name)]
    return LoanPage(
        row_no=row_no,
        loan=values,
        findings=finding_lines(run, row_no, ruleset, worked),
        groups=grouped(line for line in lines if not line.is_blank),
        blank=[line.field.label for line in lines if line.is_blank],
        extras=[(column, cells.get(column) or "") for column in mapping.unmapped if borrowers and cells.get(column)],
        derived=[value for value in derived if value.name in FIRST_SHOWN],
        derived_too=[value for value in derived if value.name not in FIRST_SHOWN],
        texts=worked.texts,
        decisions=decisions_on(run, values["loan_id"]),
    )


def file_facts_of(run: Run, row_no: int) -> dict[str, Any]:
    """What the run knew of a row from the whole file; empty for a run that ended before it looked at the file."""
    if not run.file_facts:
        return {}
    facts = read_rows(run.file_facts, pl.Series([row_no], dtype=pl.Int64))
    return facts.drop("row_no").row(0, named=True) if facts.height else {}


def about_borrower(worked: Workings, name: str) -> bool:
    return any(FIELD[field].borrower_data for field in worked.vocabulary.fields_behind([name]) if field in FIELD)


def finding_lines(run: Run, row_no: int, ruleset: RuleSet, worked: Workings) -> list[FindingLine]:
    """The loan's findings, gravest first, each with the values its rule looked at."""
    tests = tests_of(ruleset)
    found = Finding.objects.filter(run=run, row_no=row_no).order_by("severity", "rule_no", "seq")
    return [_finding_line(finding, ruleset, tests.get((finding.rule_no, finding.seq)), worked) for finding in found]


def _finding_line(finding: Finding, ruleset: RuleSet, test: Test | None, worked: Workings) -> FindingLine:
    rule = ruleset.rules[finding.rule_no]
    if test is None:
        (seen,) = written_values([finding.values])
        return FindingLine(finding, rule, [Value("", label, text or wording.BLANK) for label, text in seen], "")
    return FindingLine(finding, rule, worked.of_test(test), tidied(test.sql))


def tidied(sql: str) -> str:
    """The condition as people write it: no spaces inside brackets, none before a comma or after a function's name."""
    close = sql.replace("( ", "(").replace(" )", ")").replace(" ,", ",")
    return re.sub(r"\b(?!(?:AND|OR|NOT|IN|WHEN|THEN|ELSE)\b)([A-Za-z_]+) \(", r"\1(", close)


def field_lines(
    values: dict[str, Any], cells: dict[str, str | None], mapping: Mapping, *, borrowers: bool
) -> Iterator[FieldLine]:
    """The fields that the tape has a column or a constant for."""
    headers = mapping.header_of
    for field in FIELDS:
        if field.name not in mapping.fields or field.protected or (field.borrower_data and not borrowers):
            continue
        column = headers.get(field.name, "")
        text = cells.get(column) if column else mapping.constants.get(field.name)
        value, text = masked(field, values[field.name]), masked(field, text)
        look = look_of(value, text)
        yield FieldLine(field, value, column, text, look, note_of(look, column))


def masked(field: Field, value: Any) -> Any:
    """Only the end of a taxpayer number, even for its owner: nobody needs the rest to review a loan."""
    return f"ending {value[-4:]}" if field.name in NEVER_SHOWN and value else value


def look_of(value: Any, text: str | None) -> str:
    """How a cell compares with its value: `none` blank, `diff` unreadable, `soft` translated, `same` as it stood."""
    if text is None or not text.strip():
        return "none" if value is None else "soft"
    if value is None:
        return "diff"
    return "same" if says_the_same(value, text.strip()) else "soft"


def says_the_same(value: Any, text: str) -> bool:
    """Whether a text says a value up to its way of writing; dates always do, because they were read from it."""
    if isinstance(value, date):
        return True
    if isinstance(value, bool):
        return text.lower() in {"y", "yes", "true", "1"} if value else text.lower() in {"n", "no", "false", "0"}
    if isinstance(value, int | Decimal):
        return number_in(text) == Decimal(value)
    return str(value).casefold() == text.casefold()


def number_in(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip("$% ").replace(",", ""))
    except InvalidOperation:
        return None


def note_of(look: str, column: str) -> str:
    if look == "diff":
        return "could not be read"
    if not column:
        return "stated by the layout"
    return "translated" if look == "soft" else ""


def grouped(lines: Iterable[FieldLine]) -> list[tuple[str, list[FieldLine]]]:
    """Lines under the headings of their groups, empty groups left out."""
    by_group: dict[str, list[FieldLine]] = {name: [] for name in GROUPS}
    for line in lines:
        by_group.setdefault(line.field.group, []).append(line)
    return [(GROUPS.get(name, name.capitalize()), found) for name, found in by_group.items() if found]


def decisions_on(run: Run, loan_id: str | None) -> list[dict[str, object]]:
    """What was decided on findings of this loan, on any version of the tape, as entries of a timeline."""
    if not loan_id:
        return []
    lender = run.version.tape.organization_id
    found = Decision.objects.filter(lender_id=lender, loan_id=loan_id).select_related("decided_by")[: history.MOST]
    return [history.entry(decision) | {"what": history.verb(decision)} for decision in found]
