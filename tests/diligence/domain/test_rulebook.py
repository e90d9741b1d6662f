"""Reading rules: what is accepted, how every mistake is named, and what the hash depends on."""

from datetime import date

import pytest

from diligence.domain.rulebook import (
    BrokenRulebook,
    Rulebook,
    load,
    load_text,
    load_texts,
    read_texts,
    shipped_rulebook,
    shipped_texts,
)
from diligence.domain.vocabulary import Vocabulary

from .conftest import rule_text


def errors_of(text: str, vocabulary: Vocabulary) -> str:
    with pytest.raises(BrokenRulebook) as broken:
        load_text(text, name="own.toml", vocabulary=vocabulary)
    return str(broken.value)


def test_a_sound_rule_is_read(vocabulary):
    book = load_text(rule_text(), name="own.toml", vocabulary=vocabulary)
    (rule,) = book.rules
    assert (rule.code, rule.severity, rule.fires, rule.group, rule.scope) == (
        "T-001",
        "fatal",
        "ltv > 95",
        "own",
        "loan",
    )


@pytest.mark.parametrize(
    ("fires", "complaint"),
    [
        ("ltv > ", "unable to parse"),
        ("ltw > 95", "unknown name ltw"),
        ("ltv > 'high'", "cannot compare string with numeric"),
        ("ltv + 1", "gives Float64, not true or false"),
        ("value > 95", "value (the rule has no `each`)"),
        ("ltv > sum(ltv)", "sum() looks at many loans"),
        ("ltv > (SELECT 1)", '"SELECT" is not allowed'),
        ("abs(ltv) OVER (ORDER BY ltv) > 1", '"OVER" is not allowed'),
        ("now() > note_date", "unknown function now()"),
        ("greatest(ltv, cltv) > 95", "greatest() hides blanks"),
        ("ltv > 95; ltv", '";" at character 9 has no meaning'),
        ("", "fires is blank"),
        ("ltv > 1" + " AND ltv > 1" * 400, "at most 4000"),
    ],
)
def test_a_broken_expression_is_named_with_file_and_code(vocabulary, fires, complaint):
    message = errors_of(rule_text(fires), vocabulary)
    assert complaint in message
    assert message.startswith("own.toml: T-001: fires")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"severity": '"bad"'}, 'severity is "bad"; allowed: fatal'),
        ({"waivable": '"maybe"'}, 'waivable is "maybe"'),
        ({"fields": '["ltw"]'}, 'fields: "ltw" is not a field'),
        ({"each": '["ltv", "units"]'}, "each: the fields have different types (Float64, Int64)"),
        ({"message": '"It is {ltw}."'}, "message: {ltw} is not a field, fact, lookup or param"),
        ({"message": '"It is {ltv:.2f}."'}, "message: {ltv} may hold only a name"),
        ({"message": '"It is {ltv."'}, "message: "),
        ({"message": '"  "'}, "message is blank"),
        ({"color": '"red"'}, "unknown key color"),
        ({"fields": '"ltv"'}, "fields must be a list of names"),
        ({"without": "cure"}, "cure missing"),
        ({"params": "{ ltv = 3 }"}, 'param "ltv" has the name of a field'),
        ({"params": "{ most = [ { from = 2020-01-01 } ] }"}, "param most: each dated value needs"),
        ({"fatal_from": "2027-01-01"}, "fatal_from is only for severity warning_to_fatal"),
        (
            {"params": "{ most = [ { from = 2021-01-01, value = 2 }, { from = 2020-01-01, value = 1 } ] }"},
            "dated values must be in order of their dates",
        ),
    ],
)
def test_a_broken_key_is_named(vocabulary, change, complaint):
    assert complaint in errors_of(rule_text(**change), vocabulary)


def test_all_mistakes_of_all_files_are_told_together(vocabulary):
    with pytest.raises(BrokenRulebook) as broken:
        load_texts(
            [
                ("a.toml", rule_text("ltw > 1", code="A-1") + rule_text("cltw > 1", code="A-2")),
                ("b.toml", "rule = ["),
                ("c.toml", rule_text(code="C-1") + rule_text(code="C-1")),
            ],
            vocabulary,
        )
    assert [error[:12] for error in broken.value.errors] == [
        "b.toml: not ",
        "a.toml: A-1:",
        "a.toml: A-2:",
        "C-1: the cod",
    ]


def test_rules_that_were_checked_before_are_read_as_they_were():
    assert read_texts(shipped_texts()) == shipped_rulebook()


def test_what_is_no_rule_is_refused_without_being_tried():
    with pytest.raises(BrokenRulebook, match=r"a\.toml: not readable as TOML"):
        read_texts([("a.toml", "[[rule")])


def test_the_hash_depends_on_the_rules_and_not_on_the_order_of_files(vocabulary):
    first, second = ("a.toml", rule_text(code="A-1")), ("b.toml", rule_text(code="B-1"))
    book = load_texts([first, second], vocabulary)
    assert book.content_hash == load_texts([second, first], vocabulary).content_hash
    other = load_texts([first, ("b.toml", rule_text("ltv > 96", code="B-1"))], vocabulary)
    assert other.content_hash != book.content_hash


def test_codes_are_ordered_by_their_numbers(vocabulary):
    book = load_text(
        "".join(rule_text(code=code) for code in ("T-10", "T-9", "A-1")), name="own", vocabulary=vocabulary
    )
    assert [rule.code for rule in book.rules] == ["A-1", "T-9", "T-10"]
    assert {number: rule.code for number, rule in book.numbered().items()} == {1: "A-1", 2: "T-9", 3: "T-10"}


def test_a_purchasers_rules_join_and_may_not_take_a_code(vocabulary):
    own = load_text(rule_text(code="A-1"), name="own", vocabulary=vocabulary)
    theirs = load_text(rule_text(code="CRIT-1"), name="criteria", vocabulary=vocabulary)
    assert [rule.code for rule in own.merged(theirs).rules] == ["A-1", "CRIT-1"]
    with pytest.raises(BrokenRulebook, match="A-1: the code is already used"):
        own.merged(own)


def test_dated_params_are_chosen_by_day(vocabulary):
    dated = "{ most = [ { from = 2020-01-01, value = 95 }, { from = 2025-07-01, value = 97, source = 'Guide' } ] }"
    (rule,) = load_text(rule_text("ltv > most", params=dated), name="own", vocabulary=vocabulary).rules
    assert rule.params_on(date(2019, 12, 31)) == {"most": None}
    assert rule.params_on(date(2025, 6, 30)) == {"most": 95}
    assert rule.params_on(date(2025, 7, 1)) == {"most": 97}


def test_a_warning_becomes_fatal_on_its_day(vocabulary):
    text = rule_text(severity='"warning_to_fatal"', fatal_from="2026-06-01")
    (rule,) = load_text(text, name="own", vocabulary=vocabulary).rules
    assert [rule.severity_on(date(2026, 5, 31)), rule.severity_on(date(2026, 6, 1))] == [2, 1]


def test_files_are_read_from_disk(tmp_path, vocabulary):
    path = tmp_path / "credit.toml"
    path.write_text(rule_text(), encoding="utf-8")
    assert load([path], vocabulary).rules[0].group == "credit"


def test_an_empty_rulebook_is_sound(vocabulary):
    assert load_texts([], vocabulary) == Rulebook(())
