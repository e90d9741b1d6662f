"""Values of enumerations in words."""

import pytest

from loans.domain.fields import FIELDS
from loans.domain.value_words import said, words_of


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("PrimaryResidence", "primary residence"),
        ("CondoAttached", "condo, attached"),
        ("NoMIBasedOnOriginalLTV", "no MI based on original LTV"),
        ("FHA", "FHA"),
        ("ScheduledInterestActualPrincipal", "scheduled interest actual principal"),
        ("E", "E"),
    ],
)
def test_a_code_becomes_words(value: str, words: str) -> None:
    assert said(value) == words


def test_every_value_has_words_of_its_own() -> None:
    for field in FIELDS:
        words = words_of(field.name)
        assert len(set(words.values())) == len(words)
        assert all(text.strip() and "_" not in text for text in words.values())


def test_names_keep_their_capitals_and_other_fields_have_no_words() -> None:
    assert words_of("mi_company")["Radian"] == "Radian"
    assert words_of("aus_type")["DesktopUnderwriter"] == "Desktop Underwriter"
    assert words_of("loan_id") == {}
    assert words_of("cltv") == {}
