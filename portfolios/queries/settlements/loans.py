"""One loan of a settlement: the tape's fields without borrowers' data, and what the bring-down found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from diligence.models import Finding, Run, RunRule
from diligence.queries.written import written_values
from loans.domain.mapping import Mapping as ColumnMapping
from loans.queries.fields import fields_of
from portfolios.domain.factor import cents
from portfolios.models import Settlement, SettlementLoan
from portfolios.queries.loans import Shown, Value, groups, show
from portfolios.queries.settlements.bringdowns import lot_check


@dataclass(frozen=True, slots=True)
class LoanPage:
    loan: SettlementLoan
    amount: Decimal
    groups: Sequence[tuple[str, list[Value]]]
    run: Run | None
    findings: Sequence[Shown]


def loan_page(settlement: Settlement, loan: SettlementLoan) -> LoanPage:
    """The page of an awarded loan, for both sides alike."""
    bundle = loan.lot.bundle
    check = lot_check(settlement, loan.lot)
    run = check.finished
    fields: Mapping[str, Any] = {}
    mapping = ColumnMapping.from_json({})
    if bundle is not None:
        fields = fields_of(bundle.run.version_id, loan.row_no)
        mapping = ColumnMapping.from_json(bundle.run.version.mapping or {})
    shown = [(title, values) for title, values in groups(fields, mapping, borrowers=False)]
    open_ones = [(title, [each for each in values if not each.hidden]) for title, values in shown]
    return LoanPage(
        loan,
        cents(loan.upb * loan.price / 100),
        [(title, values) for title, values in open_ones if values],
        run,
        findings_of(loan, run) if run else [],
    )


def findings_of(loan: SettlementLoan, run: Run) -> list[Shown]:
    """What the bring-down found on a loan, the gravest first; matched by number where the tape is a newer one."""
    bundle = loan.lot.bundle
    same = bundle is not None and bundle.run.version_id == run.version_id
    by = {"row_no": loan.row_no} if same else {"loan_id": loan.loan_id, "row_no__gt": 0}
    found = list(Finding.objects.filter(run=run, **by))
    rules = {rule.rule_no: rule for rule in RunRule.objects.filter(run=run, rule_no__in={f.rule_no for f in found})}
    values = written_values([finding.values for finding in found])
    shown = [show(f, rules[f.rule_no], seen, borrowers=False) for f, seen in zip(found, values, strict=True)]
    return sorted(shown, key=lambda one: (one.finding.severity, not one.is_open, one.rule.code))
