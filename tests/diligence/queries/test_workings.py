"""The working of a finding has the numbers of the run, also those that only the whole tape can tell."""

import polars as pl
import pytest

from diligence.queries import loan
from diligence.queries.written import written_values
from diligence.services.rulebooks import mapping_of, ruleset_of
from loans.queries.fields import part_with
from tests.diligence.services.pipeline import completed, started, uploaded
from tests.portfolios import offers

pytestmark = pytest.mark.django_db
DATES = {"Note Date": "2024-01-15", "First Payment Date": "2024-03-01", "Maturity Date": "2054-02-01"}


def aged_tape(loans: int) -> bytes:
    """Loans that all say an age of 24 months, which makes March 2026 the cut-off, months before the check."""
    content = offers.tape(loans, **{f"row_{n}": DATES for n in range(1, loans + 1)} | {"row_3": DATES | {"LTV": "95"}})
    frame = pl.read_csv(content, infer_schema=False)
    return frame.with_columns(pl.lit("24").alias("Loan Age")).write_csv().encode()


def page_of(run, row_no: int) -> loan.LoanPage:
    part = part_with(run.version_id, row_no)
    assert part is not None
    return loan.loan_page(run, part, row_no, ruleset_of(run), mapping_of(run), borrowers=True)


def test_the_cut_off_date_is_the_one_the_run_used(lender):
    run = completed(started(lender, uploaded(lender, aged_tape(24))))
    page = page_of(run, 3)
    assert page.texts["cutoff_date"] == "Mar 1, 2026"
    assert page.texts["months_since_first_payment"] == "24"
    assert page.texts["calc_loan_age"] == page.texts["loan_age_months"]


def test_a_run_without_facts_of_its_file_still_has_a_page(lender):
    run = completed(started(lender, uploaded(lender, aged_tape(24))))
    run.file_facts = ""
    assert page_of(run, 3).texts["cutoff_date"] == "Nov 21, 2026", "of one loan alone, nothing tells another date"


def test_values_are_written_by_their_unit():
    kept = '{"note_amount": "489174.88", "note_rate": "6.625", "ltv": "95.0", "note_date": "2024-01-15", "dti": null}'
    (values,) = written_values([kept])
    assert [text for _, text in values] == ["$489,174.88", "6.625%", "95.00%", "Jan 15, 2024", None]


def test_codes_are_said_in_words():
    (values,) = written_values(
        ['{"loan_purpose": "Refinance", "property_type": "CondoAttached", "lien_position": null}']
    )
    assert [text for _, text in values] == ["refinance", "condo, attached", None]


def test_what_cannot_be_read_stays_as_it_stood():
    (values,) = written_values(['{"note_amount": "abc", "balloon_indicator": "true", "strange_key": "7"}'])
    assert [text for _, text in values] == ["abc", "yes", "7"]
    assert values[2][0] == "Strange key"


def test_many_findings_keep_their_order():
    values = written_values(['{"ltv": "80"}', "", '{"ltv": "81.5", "note_rate": "6"}'])
    assert [[text for _, text in line] for line in values] == [["80.00%"], [], ["81.50%", "6.000%"]]
