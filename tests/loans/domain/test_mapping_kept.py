"""Mappings that are kept: saved ones that come back, JSON, signatures, and what a person chose instead."""

import json

import pytest

from loans.domain.mapping import (
    MappedColumn,
    Mapping,
    Profile,
    Transform,
    header_signature,
    profile,
    propose,
    transform_for,
)
from tests.loans.domain.proposals import AMOUNTS, DATES, RATES, match_of, proposed, text_batch


def test_the_saved_mapping_comes_first_while_the_values_fit() -> None:
    saved = Mapping(
        {
            "Bal": MappedColumn("current_upb"),
            "OCC": MappedColumn("occupancy", Transform(codes={"V": "SecondHome"})),
            "Rate": MappedColumn(None),
            "When": MappedColumn("note_date"),
        }
    )
    tape = {"bal": AMOUNTS, "Occ": ["O", "V", "O", "O"], "Rate": RATES, "When": ["Ann", "Bob", "Cy", "Di"]}
    by_column = {match.column: match for match in proposed(tape, saved=saved).matches}
    assert (by_column["bal"].field, by_column["bal"].how) == ("current_upb", "saved")
    assert by_column["Occ"].transform.codes["V"] == "SecondHome"
    assert not by_column["Occ"].needs_eye
    assert (by_column["Rate"].field, by_column["Rate"].how) == (None, "saved")
    assert by_column["When"].field is None


def test_a_saved_scale_that_no_longer_fits_is_replaced_and_pointed_out() -> None:
    saved = Mapping({"LTV": MappedColumn("ltv", Transform(scale=100))})
    match = match_of("LTV", ["80", "75", "60"], saved=saved)
    assert match.transform.scale == 1
    assert match.needs_eye


def test_mappings_and_profiles_survive_json() -> None:
    seen = profile([text_batch({"Purpose": ["P", "C"], "Note Date": DATES[:2], "LTV": ["0.8", None], "x": ["a", "b"]})])
    mapping = propose(seen).mapping()
    assert Mapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping
    assert Mapping.from_json(json.dumps(mapping.to_json())) == mapping
    assert Profile.from_json(json.loads(json.dumps(seen.to_json()))) == seen
    assert Mapping.from_json({}) == Mapping({})


def test_the_header_signature_ignores_order_case_and_punctuation() -> None:
    assert header_signature(["Loan #", "UPB"]) == header_signature(["upb", "loan"])
    assert header_signature(["a"]) != header_signature(["a", "b"])


def test_a_person_may_choose_another_field_and_its_transform_follows() -> None:
    seen = profile([text_batch({"Pct": ["0.8", "0.75", "0.6"]})])
    mapping = propose(seen).mapping().with_column("Pct", "cltv", transform_for(seen["Pct"], "cltv"))
    assert mapping.columns["Pct"] == MappedColumn("cltv", Transform(scale=100))
    assert mapping.with_column("Pct", None).unmapped == ("Pct",)
    with pytest.raises(KeyError):
        mapping.with_column("Pct", "no_such_field")
    with pytest.raises(KeyError):
        mapping.with_column("gone", "ltv")


def test_profile_counts_all_batches_and_looks_at_the_head() -> None:
    first, second = text_batch({"a": ["1", None, "x"]}), text_batch({"a": ["$2.50", "", None]}, first=4)
    column = profile([first, second])["a"]
    assert (column.rows, column.filled, column.known, column.numbers) == (6, 4, 3, 2)
    assert profile([]).columns == ()
    assert profile([text_batch({"a": []})])["a"].filled == 0
