"""The agreement is the newest text of the day, filled in, and its hash is over what is shown."""

from datetime import date

import pytest

from portfolios.domain.agreements import Block, agreement, blocks_of, versions

VALUES = {
    "seller": "Tern Bay Savings",
    "bidder": "Osprey Point Capital",
    "number": "S-2026-0031",
    "name": "Project Kestrel",
    "loans": "1,042 loans",
    "upb": "$318,450,211.08",
    "cut_off": "Sep 1, 2026",
}


def test_the_text_is_filled_in_and_nothing_is_left_open():
    made = agreement(date(2026, 11, 22), VALUES)
    assert all(value in made.text for value in VALUES.values())
    assert "$seller" not in made.text
    assert len(made.sha256) == 64


def test_another_word_is_another_fingerprint():
    one, other = (agreement(date(2026, 11, 22), VALUES | {"bidder": name}) for name in ("Osprey", "Heron"))
    assert one.sha256 != other.sha256


def test_a_sale_before_the_first_text_has_one_too():
    assert agreement(date(1999, 1, 1), VALUES).version == min(versions())


def test_a_value_that_is_missing_is_named():
    with pytest.raises(KeyError, match="upb"):
        agreement(date(2026, 11, 22), {name: value for name, value in VALUES.items() if name != "upb"})


def test_headings_and_paragraphs_are_told_apart():
    assert blocks_of("# A\n\n## B\n\nc d") == (Block("A", 1), Block("B", 2), Block("c d"))
