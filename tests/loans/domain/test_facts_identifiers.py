"""Check digits and shapes against slow Python."""

import string

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.facts.identifiers import luhn_holds, mod_97_holds

from .test_facts import facts_of

digits_17 = st.text(alphabet=string.digits, min_size=17, max_size=17)
uli_bodies = st.text(alphabet=string.ascii_uppercase + string.digits, min_size=21, max_size=43)


def luhn_digit(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def check_digits(body: str) -> str:
    number = int("".join(str(int(character, 36)) for character in body + "00"))
    return f"{98 - number % 97:02}"


@given(bodies=st.lists(digits_17, min_size=1, max_size=20), slip=st.integers(min_value=1, max_value=9))
def test_a_mers_number_passes_with_its_own_check_digit_only(bodies, slip):
    good = [body + luhn_digit(body) for body in bodies]
    bad = [text[:-1] + str((int(text[-1]) + slip) % 10) for text in good]
    assert luhn_holds(pl.Series(good)).all()
    assert not luhn_holds(pl.Series(bad)).any()


@given(bodies=st.lists(uli_bodies, min_size=1, max_size=20), slip=st.integers(min_value=1, max_value=96))
def test_a_uli_passes_with_its_own_check_digits_only(bodies, slip):
    good = [body + check_digits(body) for body in bodies]
    bad = [text[:-2] + f"{(int(text[-2:]) + slip) % 97:02}" for text in good]
    assert mod_97_holds(pl.Series(good)).all()
    assert not mod_97_holds(pl.Series(bad)).any()


@pytest.mark.parametrize(
    ("uli", "valid"),
    [
        ("10BX939C5543TQA1144M999143X38", True),
        ("10BX939C5543TQA1144M999143X83", False),
        ("10bx939c5543tqa1144m999143x38", False),
        ("10BX939C5543TQA11É4M999143X38", False),
        ("A" * 46, False),
        (None, None),
    ],
)
def test_uli_of_the_regulation(uli, valid):
    assert facts_of("uli_valid", uli=uli)["uli_valid"] is valid


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("100015700040005437", True),
        ("1000157-0004000543-7", True),
        ("0" * 18, False),
        ("10001570004000543", False),
        (None, None),
    ],
)
def test_mers_number(number, valid):
    assert facts_of("mers_min_valid", mers_min=number)["mers_min_valid"] is valid


@pytest.mark.parametrize(
    ("number", "possible"),
    [
        ("219-09-1234", True), ("'219091234", True), ("000-12-3456", False), ("666123456", False), ("899123456", True),
        ("900123456", False), ("123004567", False), ("123450000", False), ("078051120", False), ("444444444", False),
        ("XXX-XX-1234", None), (None, None),
    ],
)  # fmt: skip
def test_social_security_numbers(number, possible):
    assert facts_of("ssn_possible", borrower_ssn=number)["ssn_possible"] is possible


@given(group=st.integers(min_value=0, max_value=99), serial=st.integers(min_value=0, max_value=9999))
def test_individual_taxpayer_numbers(group, serial):
    allowed = {*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)}
    assert facts_of("itin_valid", borrower_ssn=f"912{group:02}{serial:04}")["itin_valid"] is (group in allowed)


def test_masked_numbers_are_told_from_blank_ones():
    assert facts_of("ssn_masked", borrower_ssn="***-**-1234") == {"ssn_masked": True}
    assert facts_of("ssn_masked", borrower_ssn=None) == {"ssn_masked": None}
