"""The agreement's text: sections by what holds, facts in their places, read back piece by piece."""

import string

import pytest

from portfolios.domain.settlement.agreement import Section, Template, agreement_text, blocks, template

SHORT = Template(
    "A sale",
    template().dated,
    "design",
    "Have it reviewed.",
    (
        Section("Parties", ("{seller} sells to {buyer}.", "{nothing}")),
        Section("Lots", ("{lots}",), when="loans"),
        Section("Servicing", ("It stays.",), when="retained"),
        Section("Signatures", ("Both sign.",)),
    ),
)
FACTS = {"seller": "Tern {Bay}", "buyer": "Osprey", "nothing": "", "lots": "- Lot A: 10 loans\n- Lot B: 5 loans"}


def test_sections_are_numbered_by_what_holds():
    text = agreement_text(SHORT, FACTS, {"loans"})
    assert [block.text for block in blocks(text) if block.kind == "heading"] == [
        "1. Parties", "2. Lots", "3. Signatures",
    ]  # fmt: skip


def test_pieces_are_read_back():
    kinds = [(block.kind, block.text, block.items) for block in blocks(agreement_text(SHORT, FACTS, {"loans"}))]
    assert kinds[:4] == [
        ("title", "A sale", ()),
        ("notice", "Have it reviewed.", ()),
        ("heading", "1. Parties", ()),
        ("text", "Tern {Bay} sells to Osprey.", ()),
    ]
    assert kinds[5] == ("list", "", ("Lot A: 10 loans", "Lot B: 5 loans"))


def test_a_fact_that_is_missing():
    with pytest.raises(KeyError):
        agreement_text(SHORT, {"seller": "x"}, set())


def test_the_template_that_ships_says_what_it_is():
    found = template()
    assert "not been reviewed by counsel" in found.notice
    assert (found.status, found.dated.isoformat()) == ("design", "2026-11-22")


def test_lines_fit_a_page_and_no_placeholder_stays():
    names = {
        name for section in template().sections for text in section.text
        for _, name, _, _ in string.Formatter().parse(text) if name
    }  # fmt: skip
    text = agreement_text(template(), dict.fromkeys(names, "word"), {"loans", "released", "conditions"})
    assert max(map(len, text.splitlines())) <= 96
    assert "{" not in text
