"""The record of receipts: one entry changed, added, dropped or moved is found, with its place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.sealing import GENESIS, Broken, Entry, chained, verified


def chain(count: int) -> list[Entry]:
    entries, last = [], GENESIS
    for number in range(count):
        entry = Entry("bid", f"{number:064x}", f"bidder-{number % 4}", f"2026-12-01T10:{number % 60:02d}:00Z")
        last = chained(last, entry)
        entries.append(replace(entry, hash=last))
    return entries


def test_an_untouched_chain_holds():
    entries = chain(40)
    assert verified(entries) == entries[-1].hash
    assert verified(entries, head=entries[-1].hash) == entries[-1].hash


def test_an_empty_chain_ends_where_it_begins():
    assert verified([]) == GENESIS


@given(st.integers(min_value=0, max_value=39), st.sampled_from(["kind", "receipt", "bidder", "at", "hash"]))
def test_a_changed_entry_is_found_at_its_place(place, field):
    entries = chain(40)
    entries[place] = replace(entries[place], **{field: "changed"})
    with pytest.raises(Broken) as broken:
        verified(entries)
    assert broken.value.position == place + 1


@given(st.integers(min_value=0, max_value=38))
def test_a_dropped_entry_is_found(place):
    entries = chain(40)
    del entries[place]
    with pytest.raises(Broken) as broken:
        verified(entries)
    assert broken.value.position == place + 1


def test_a_dropped_last_entry_is_found_by_the_published_head():
    entries = chain(40)
    with pytest.raises(Broken, match="ends after 39 entries"):
        verified(entries[:-1], head=entries[-1].hash)


def test_an_added_entry_is_found_by_the_published_head():
    entries = chain(41)
    with pytest.raises(Broken, match="ends after 41 entries"):
        verified(entries, head=entries[39].hash)


def test_swapped_entries_are_found():
    entries = chain(5)
    entries[1], entries[2] = entries[2], entries[1]
    with pytest.raises(Broken) as broken:
        verified(entries)
    assert broken.value.position == 2
