"""How near a rule stands, in which words, and which of a pool's rules is worth a bar."""

from decimal import Decimal

import pytest

from portfolios.queries.planpages.pools import pool_lines, rule_line

CENT = Decimal("0.01")


def pool(**changes):
    own = {
        "code": "fannie_mae.30.6.00.mbs", "title": "Fannie Mae 30-year 6.0", "kind": "mbs", "loans": 3,
        "upb": "1200000.00", "value": "12000.00", "points": 1.0, "minimum": "1000000.00", "maximum": None,
        "rules": [], "bundle": True,
    }  # fmt: skip
    return own | changes


@pytest.mark.parametrize(
    ("stands", "limit", "status"),
    [("9.49", "10", "ok"), ("9.50", "10", "near"), ("10", "10", "near"), ("10.01", "10", "over"), ("0", "0", "ok"),
     ("0.01", "0", "over")],
)  # fmt: skip
def test_a_share_is_near_within_a_twentieth_of_its_limit(stands, limit, status):
    assert rule_line("High balance", Decimal(stands), Decimal(limit), "percent", floor=False).status == status


@pytest.mark.parametrize(
    ("stands", "status"), [("1100000", "ok"), ("1050000", "near"), ("1000000", "near"), ("999999.99", "over")]
)
def test_a_minimum_is_near_from_above(stands, status):
    assert rule_line("Least balance", Decimal(stands), Decimal(1_000_000), "usd", floor=True).status == status


def test_a_rule_says_where_it_stands_what_it_asks_and_the_room_left():
    share = rule_line("High balance", Decimal("7.5"), Decimal(10), "percent", floor=False)
    assert (share.stands, share.limit, share.room) == ("7.50%", "at most 10.00%", "2.50%")
    score = rule_line("Average score", Decimal("752.4"), Decimal(748), "points", floor=True)
    assert (score.stands, score.limit, score.room) == ("752.4", "at least 748", "4.4")
    least = rule_line("Least balance", Decimal(1_200_000), Decimal(1_000_000), "usd", floor=True)
    assert (least.stands, least.limit, least.room) == ("$1,200,000", "at least $1,000,000", "$200,000")


def test_the_bar_is_drawn_by_plain_numbers():
    assert rule_line("x", Decimal("7.5"), Decimal(10), "percent", floor=False).drawn == ("7.5", "10")
    assert rule_line("x", Decimal(0), Decimal(0), "percent", floor=False).drawn == ("0", "1")


def test_a_pool_shows_the_rule_with_the_least_room():
    share = {"name": "high_balance", "title": "High balance", "unit": "percent", "limit": 10, "stands": 9.9,
             "at_least": False}  # fmt: skip
    (line,) = pool_lines({"pools": [pool(rules=[share])]})
    assert [rule.title for rule in line.rules] == ["Least balance", "High balance"]
    assert line.tightest.title == "High balance"
    assert line.price == 101


def test_where_every_rule_has_ample_room_no_bar_is_drawn():
    (line,) = pool_lines({"pools": [pool(upb="90000000.00")]})
    assert line.rules
    assert line.tightest is None


def test_an_answer_that_is_not_there_yet_has_no_pools():
    assert list(pool_lines({})) == []
