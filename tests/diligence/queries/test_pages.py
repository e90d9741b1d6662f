"""What pages show, and that no page asks more of the database than it says, however large the tape is."""

import pytest

from diligence.domain.lifecycles import FindingStatus
from diligence.models import Finding
from diligence.queries import findings, gaps, history, loan, loanlist, results, search
from diligence.services import decisions
from diligence.services.rulebooks import mapping_of, ruleset_of
from loans.queries.fields import part_with
from tests.diligence.conftest import HOSTILE, ROWS
from tests.diligence.services.pipeline import NOW
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def shown(checked, row_no: int, *, borrowers: bool = True) -> loan.LoanPage:
    run = checked.run
    part = part_with(run.version_id, row_no)
    assert part is not None
    return loan.loan_page(run, part, row_no, ruleset_of(run), mapping_of(run), borrowers=borrowers)


def test_results_take_three_queries(checked, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        page = results.page(checked.run, results.Filters())
    assert page.counts["fatal"] == checked.run.fatal
    assert page.with_findings + page.silent == checked.run.rules.count()


def test_filters_narrow_the_rules_and_counts_follow_the_others(checked):
    everything = results.page(checked.run, results.Filters(status="all"))
    fatal = results.page(checked.run, results.Filters(status="all", severity="fatal"))
    assert {rule["severity"] for rule in fatal.rules} == {1}
    assert fatal.counts == everything.counts
    words = results.page(checked.run, results.Filters(status="all", words="ltv recompute"))
    assert next(rule["code"] for rule in words.rules) == "XF-001"
    assert words.counts["warning"] == 0


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, results.Filters()),
        ({"severity": "nonsense", "status": "9"}, results.Filters()),
        ({"severity": "warning", "status": "closed", "q": " mi "}, results.Filters("warning", "closed", "mi")),
    ],
)
def test_unknown_filters_are_left_out(data, expected):
    assert results.Filters.of(data) == expected


def test_findings_of_a_rule_are_paged_by_key(checked, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(findings, "PAGE", 1)
    rule = checked.run.rules.get(code="XF-001")
    seen, after = [], ""
    while True:
        with django_assert_num_queries(1):
            page = findings.page(checked.run, rule, after=after)
        seen += [line.finding.row_no for line in page.lines]
        after = page.next
        if not after:
            break
    assert seen == sorted(
        Finding.objects.filter(run=checked.run, rule_no=rule.rule_no).values_list("row_no", flat=True)
    )
    assert page.total == len(seen)


@pytest.mark.parametrize("text", ["", "x", "1", "1.x", "-1.0", "٣.٠x"])
def test_a_strange_place_begins_at_the_start(text):
    assert findings.Cursor.of(text) == findings.Cursor()


def test_loans_are_listed_worst_first_and_each_once(checked, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(loanlist, "PAGE", 2)
    seen, after = [], ""
    while True:
        with django_assert_max_num_queries(2):
            page = loanlist.page(checked.run, after=after)
        seen += [(result.worst, result.row_no) for result in page.results]
        after = page.next
        if not after:
            break
    assert seen == sorted(set(seen))
    assert page.total == len(seen) == checked.run.results.count()


def test_a_search_finds_a_loan_without_findings_too(checked):
    clean = next(row for row in range(1, ROWS + 1) if not checked.run.results.filter(row_no=row).exists())
    page = loanlist.page(checked.run, words=f"L{clean:05d}")
    assert [(result.row_no, result.worst) for result in page.results] == [(clean, loanlist.NOTHING)]
    assert loanlist.page(checked.run, words="nobody").results == []


def test_neighbors_are_the_loans_with_findings(checked):
    rows = sorted(checked.run.results.values_list("row_no", flat=True))
    assert loanlist.neighbors(checked.run, rows[0]) == (None, rows[1])
    assert loanlist.neighbors(checked.run, rows[-1]) == (rows[-2], None)


def test_a_rule_without_its_column_names_what_is_missing(checked, django_assert_max_num_queries):
    run = checked.run
    ruleset, mapped = ruleset_of(run), mapping_of(run).fields
    with django_assert_max_num_queries(1):
        found = gaps.gaps(run, ruleset, mapped=mapped)
    by_code = {gap.rule.code: gap for gap in found}
    assert by_code["XF-003"].everywhere
    assert "CLTV" in by_code["XF-003"].absent
    assert "LTV" not in by_code["XF-003"].absent


def test_a_loan_page_shows_fields_beside_their_cells(checked, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        page = shown(checked, 5)
    lines = {line.field.name: line for _, lines in page.groups for line in lines}
    assert (lines["note_rate"].value, lines["note_rate"].text, lines["note_rate"].look) == (None, "abc", "diff")
    assert (lines["loan_id"].text, lines["loan_id"].look) == ("L00005", "same")
    assert lines["ltv"].column == "LTV"
    assert [line.rule.code for line in page.open_fatal]


def test_a_working_shows_inputs_then_what_follows_from_them(checked):
    line = next(line for line in shown(checked, 2).findings if line.rule.code == "XF-001")
    texts = {value.name: value.text for value in line.values}
    assert texts["ltv"] == "95.00%"
    assert texts["calc_ltv"] == "80.00%"
    assert line.values[-1].is_derived
    assert "calc_ltv" in line.condition


def test_borrowers_are_shown_to_their_lender_only(checked):
    own, other = shown(checked, 8), shown(checked, 8, borrowers=False)
    names = [{line.field.name for _, lines in page.groups for line in lines} for page in (own, other)]
    assert {"borrower_last_name", "property_address"} <= names[0]
    assert names[1].isdisjoint({"borrower_last_name", "property_address"})
    assert HOSTILE in {line.text for _, lines in own.groups for line in lines}


def test_decisions_on_a_loan_are_its_history(checked):
    finding = checked.finding("XF-001")
    decisions.decide(finding=finding, to=FindingStatus.DISPUTED, by=checked.lender, at=NOW, note="The note says so.")
    (entry,) = shown(checked, finding.row_no).decisions
    assert (entry["what"], entry["note"]) == ("disputed XF-001", "The note says so.")
    assert history.decisions_in(checked.run)[0]["what"] == f"disputed XF-001 on loan {finding.loan_id}"


def test_search_finds_one_s_own_and_nothing_of_others(checked, django_assert_max_num_queries):
    stranger = UserFactory()
    with django_assert_max_num_queries(4):
        assert [hit.kind for hit in search.search(checked.lender, "L00002")] == ["Loan"]
    assert search.search(stranger, "L00002") == []
    assert search.search(stranger, checked.run.version.tape.name) == []
    assert [hit.kind for hit in search.search(stranger, "XF-001") if hit.exact] == ["Rule"]
