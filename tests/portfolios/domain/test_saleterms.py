"""Kinds of sales, and terms that can be announced."""

from datetime import date

import pytest

from portfolios.domain.awards import TieRule
from portfolios.domain.saleneeds import needs
from portfolios.domain.saleterms import NEEDS, Terms, kinds


def test_the_six_kinds_and_their_windows():
    found = {code: (kind.days_to_bid, kind.days_to_settle) for code, kind in kinds().items()}
    assert found == {
        "bulk": (14, 21),
        "direct": (14, 21),
        "npl": (21, 40),
        "receiver": (28, 28),
        "shared_loss": (30, 30),
        "section_363": (21, 30),
    }


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.code)
def test_every_kind_says_how_sure_it_is_and_what_it_needs(kind):
    assert kind.status in ("stored", "recalled", "design")
    assert kind.source.endswith(".")
    assert all(NEEDS[need].endswith(".") for need in kind.needs)


def test_an_auction_is_open_and_rises_by_its_increment():
    terms = kinds()["section_363"].terms
    assert (terms.format, terms.minimum_increment, terms.extension_minutes) == ("open", "100000.00", 5)


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.code)
def test_the_usual_deadline_leaves_the_days_that_a_kind_s_own_rules_count(kind):
    assert kind.days_to_bid >= max((needs()[code].days for code in kind.needs), default=0)


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.code)
def test_a_term_with_a_reason_of_its_own_says_since_when_and_how_sure_it_is(kind):
    for term, reason in kind.reasons.items():
        assert hasattr(kind.terms, term)
        assert reason.since <= date.today()
        assert reason.status in ("stored", "recalled", "design")
        assert reason.source.endswith(".")


def test_the_minutes_of_an_auction_are_a_choice_and_say_so():
    assert kinds()["section_363"].reasons["extension_minutes"].status == "design"


def test_terms_come_back_from_the_database_as_they_were():
    terms = Terms(tie_rule=TieRule.DRAW, k=3, deposit="250000.00", count_shown=False)
    assert Terms.from_json(terms.to_json() | {"of another time": 1}) == terms


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"format": "loud"}, "sealed or open"),
        ({"servicing": "lost"}, "released or retained"),
        ({"k": 1}, "two openers"),
        ({"k": 10}, "two openers"),
        ({"deposit": "-1"}, "deposit is at least 0"),
        ({"deposit": "0.001"}, "two decimals"),
        ({"deposit": "much"}, "deposit is not a number"),
        ({"deposit": "NaN"}, "deposit is not a number"),
        ({"deposit_percent": "101"}, "between 0 and 100"),
        ({"minimum_increment": "Infinity"}, "increment is not a number"),
        ({"minimum_increment": "1e30"}, "below one trillion"),
        ({"deposit": "1000000000000.00"}, "below one trillion"),
        ({"extension_minutes": 61}, "at most 60 minutes"),
        ({"trailing_days": -1}, "within at most ten years"),
        ({"claim_days": 3651}, "within at most ten years"),
    ],
)
def test_terms_that_cannot_be_announced(values, words):
    with pytest.raises(ValueError, match=words):
        Terms(**values)
