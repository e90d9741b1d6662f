"""Strata of lots that are no mortgages: counts only, that add up, and never a person."""

from decimal import Decimal

import pytest

from portfolios.domain.otherlots import NotStrata, Stratum, check_adds_up, strata_from_csv, summary_of

GOOD = 'strata,label,count,balance\nState,California,"1,200",$8400000\nState,Texas,800,5100000.50\n'


def test_counts_are_read_as_they_are_pasted():
    assert strata_from_csv("\ufeff" + GOOD) == [
        Stratum("State", "California", 1200, Decimal(8_400_000)),
        Stratum("State", "Texas", 800, Decimal("5100000.50")),
    ]
    assert strata_from_csv("strata,label,count\nAge,Under 30,10\n") == [Stratum("Age", "Under 30", 10)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,email\nAda,ada@example.com\n", "columns are strata"),
        ("strata,label\nState,CA\n", "columns are strata"),
        ("strata,label,count\nState,CA,many\n", "Line 2: the count"),
        ("strata,label,count\n,CA,10\n", "Line 2: say what"),
        ("strata,label,count\nState,CA,-1\n", "at least 0"),
        ("strata,label,count,balance\nState,CA,10,NaN\n", "not a number"),
        ("strata,label,count\nCustomer,ada@example.com,10\n", "looks like a person"),
        ("strata,label,count\nCustomer,123-45-6789,10\n", "looks like a person"),
        ("strata,label,count\n" + "State,CA,10\n" * 501, "At most 500"),
    ],
)
def test_what_is_no_table_of_counts_is_refused_with_its_line(text, words):
    with pytest.raises(NotStrata, match=words):
        strata_from_csv(text)


def test_a_division_adds_up_and_hides_small_groups():
    check_adds_up([Stratum("State", "CA", 6), Stratum("State", "TX", 5)], 11)
    with pytest.raises(NotStrata, match="adds up to 11; the lot holds 12"):
        check_adds_up([Stratum("State", "CA", 6), Stratum("State", "TX", 5)], 12)
    with pytest.raises(NotStrata, match="below 5 are put together"):
        check_adds_up([Stratum("State", "CA", 4), Stratum("State", "TX", 7)], 11)


def test_strata_are_kept_as_those_of_mortgages_are():
    made = summary_of(strata_from_csv(GOOD), 2000, Decimal("13500000.50"))
    (table,) = made["strata"]
    assert table["title"] == "State"
    assert table["bands"][0] == {"label": "California", "loans": 1200, "upb": 8_400_000.0}
    assert made["totals"] == {"loans": 2000, "upb": 13_500_000.5}
