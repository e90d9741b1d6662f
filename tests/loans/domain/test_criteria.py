"""Criteria: what ships, what is refused and in which words, what the fingerprint covers."""

from dataclasses import replace
from datetime import date

import pytest

from loans.domain import criteria
from loans.domain.criteria import BrokenCriteria, SeverityChange, load_text
from loans.domain.lookups import Terms

SMALL = """
code = "T-1"
name = "Test"
version = "1"
profile = "agency"
effective_from = 2026-01-01
effective_to = 2026-12-31
investor = "fannie_mae"
underwriting = "DU"
[rules]
include = ["DV", "EL-001"]
exclude = ["DV-002"]
[params.EL-009]
max_dti = 45
[severity.EL-041]
severity = "warning_to_fatal"
fatal_from = 2027-01-01
[[limit]]
code = "POOL-012"
title = "California"
filter = "property_state = 'CA' AND loan_class = 'conforming' AND calc_ltv > 80"
measure = "share_upb"
op = "at_most"
limit = 50
severity = "warning"
source = "own"
source_status = "design"
[[rule]]
code = "OWN-1"
title = "Own"
"""


def errors_of(text: str) -> list[str]:
    with pytest.raises(BrokenCriteria) as refused:
        load_text(text, name="t")
    return list(refused.value.errors)


def test_what_ships() -> None:
    shipped = criteria.shipped()
    assert set(shipped) == {"DATA", "FNMA-2026-09", "FHLMC-2026-09", "PRIVATE-2026-09"}
    assert shipped["FNMA-2026-09"].terms == Terms("fannie_mae", "DU")
    assert shipped["FHLMC-2026-09"].profile == "freddie_mac"
    assert set(criteria.shipped_texts()) == set(shipped)


def test_data_only_takes_no_eligibility() -> None:
    data = criteria.shipped()["DATA"]
    assert data.takes("DV-001")
    assert data.takes("XF-021")
    assert not data.takes("EL-001")
    assert not data.limits


def test_limits_that_are_advice_never_stop_a_bundle() -> None:
    limits = [limit for entry in criteria.shipped().values() for limit in entry.limits]
    assert all(limit.advice for limit in limits if limit.source_status == "design")
    assert {limit.title for limit in limits if not limit.advice} >= {
        "Co-op loans",
        "High-balance loans",
        "Pool balance",
    }


def test_everything_is_read() -> None:
    read = load_text(SMALL, name="t")
    assert read.params["EL-009"]["max_dti"] == 45
    assert read.severities["EL-041"] == SeverityChange("warning_to_fatal", date(2027, 1, 1))
    assert read.limits[0].unit == "percent"
    assert [rule["code"] for rule in read.own_rules] == ["OWN-1"]


@pytest.mark.parametrize(
    ("code", "taken"),
    [("DV-001", True), ("DV-002", False), ("EL-001", True), ("EL-0011", False), ("EL-010", False), ("OWN-1", True)],
)
def test_include_and_exclude(code: str, taken: bool) -> None:
    assert load_text(SMALL, name="t").takes(code) is taken


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_both_ends_of_the_span_are_included(day: str, holds: bool) -> None:
    assert load_text(SMALL, name="t").in_effect(date.fromisoformat(day)) is holds


def test_the_fingerprint_follows_the_meaning_not_the_text() -> None:
    first = load_text(SMALL, name="t")
    assert (
        load_text("# a comment\n" + SMALL.replace("max_dti = 45", "max_dti  =  45"), name="u").content_hash
        == first.content_hash
    )
    assert load_text(SMALL.replace("max_dti = 45", "max_dti = 46"), name="t").content_hash != first.content_hash
    assert replace(first, name="Other").content_hash != first.content_hash


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('code = "T-1"\n', "", "t: code is missing"),
        (
            'profile = "agency"',
            'profile = "bank"',
            't: profile is "bank"; allowed: all, agency, agency_mbs, private, freddie_mac',
        ),
        ("effective_from = 2026-01-01", 'effective_from = "soon"', "t: effective_from must be a date"),
        ("effective_to = 2026-12-31", "effective_to = 2025-12-31", "t: effective_to is before effective_from"),
        ('underwriting = "DU"', 'underwriting = "GUS"', 't: underwriting is "GUS"; allowed: DU, LPA, Manual'),
        ('version = "1"', 'version = "1"\ncolor = "red"', "t: color is not a key of criteria"),
        ('include = ["DV", "EL-001"]', "include = [1]", "t: rules.include must be a list of groups or codes"),
        (
            "max_dti = 45",
            "max_dti = {a = 1}",
            "t: params.EL-009.max_dti must be a text, number, true or false, date, or a list of them",
        ),
        (
            'severity = "warning_to_fatal"',
            'severity = "fatal"',
            "t: severity.EL-041: fatal_from must be a date and needs severity warning_to_fatal",
        ),
        ("calc_ltv > 80", "calc_lvt > 80", 't: California: filter: unable to find column "calc_lvt"'),
        ("AND calc_ltv > 80", "AND", "t: California: filter: "),
        (
            "property_state = 'CA' AND loan_class = 'conforming' AND calc_ltv > 80",
            "calc_ltv",
            "t: California: filter: gives Float64, not true or false",
        ),
        ('measure = "share_upb"', 'measure = "share"', 't: California: measure is "share"; allowed: '),
        (
            'measure = "share_upb"',
            'measure = "distinct"',
            "t: California: `by` is needed with the measures largest_share_upb, distinct, and only with them",
        ),
        ("limit = 50", "limit = -1", "t: California: limit must be a number that is not negative"),
        ('code = "OWN-1"', "", "t: rule 1: code is missing"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, error: str) -> None:
    assert old in SMALL
    assert any(found.startswith(error) for found in errors_of(SMALL.replace(old, new, 1)))


def test_all_mistakes_are_named_together() -> None:
    errors = errors_of('code = 1\nprofile = "x"\n[[limit]]\ntitle = "L"')
    assert "t: code must be a text" in errors
    assert "t: L: measure is missing" in errors
    assert len(errors) > 8


def test_unreadable_text_says_where() -> None:
    assert errors_of("code = ")[0].startswith("t: not readable as TOML: ")
