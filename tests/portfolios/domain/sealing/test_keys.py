"""Openers' keys: wrapped by a passphrase, told apart by a fingerprint."""

import pytest

from portfolios.domain.sealing import (
    WrongPassphrase,
    decoded,
    encoded,
    fingerprint,
    new_key_pair,
    problem_of,
    unwrapped,
    wrapped,
)

LITTLE = 64  # KiB: a guess may be cheap here
VECTOR = {
    "salt": "DfELeWzw6rvqHMh0OzEr_Q",
    "iv": "wwJjrMvs_XxN-2_Q",
    "ct": "Z5WPzyoytgmfwOJ967Bnd7kavI3P_WibJd68QbgHNZg8YSuad08eFNjNLW_ZIORo",
    "public": "2Y0Fta0lxRHFytLBbhgGBebRRDrGalvW0zg2Xnt1MFk",
    "private": "EFJSBiPw0PtT--fU3M-L3Qk1cSesE1r-ECmdFDbGnnk",
}


def test_a_wrapped_key_comes_back_with_its_passphrase():
    pair = new_key_pair()
    locked = wrapped(pair, "plumb line", memory_kib=LITTLE)
    assert unwrapped(locked, "plumb line") == pair
    assert encoded(pair.private) not in str(locked)


def test_a_wrong_passphrase_is_refused():
    locked = wrapped(new_key_pair(), "plumb line", memory_kib=LITTLE)
    with pytest.raises(WrongPassphrase, match="does not open this key"):
        unwrapped(locked, "plumb bob")


@pytest.mark.parametrize("field", ["ct", "iv", "salt", "public"])
def test_a_changed_key_file_is_refused(field):
    locked = wrapped(new_key_pair(), "plumb line", memory_kib=LITTLE)
    data = bytearray(decoded(str(locked[field])))
    data[0] ^= 1
    with pytest.raises(WrongPassphrase):
        unwrapped({**locked, field: encoded(bytes(data))}, "plumb line")


@pytest.mark.parametrize("memory", [0, 7, 8 * 1024 * 1024])
def test_a_key_file_cannot_ask_for_any_amount_of_memory(memory):
    locked = wrapped(new_key_pair(), "plumb line", memory_kib=LITTLE)
    with pytest.raises(WrongPassphrase, match="memory"):
        unwrapped({**locked, "m": memory}, "plumb line")


def test_fingerprints_tell_keys_apart():
    first, second = new_key_pair(), new_key_pair()
    assert fingerprint(first.public) == fingerprint(first.public) != fingerprint(second.public)
    assert [len(group) for group in fingerprint(first.public).split(" ")] == [4] * 10


def test_a_passphrase_is_the_same_on_every_keyboard():
    pair = new_key_pair()
    assert unwrapped(wrapped(pair, "Öz", memory_kib=LITTLE), "O\u0308z") == pair


def test_a_key_locked_before_still_opens():
    """A fixed vector: what was saved as a file once must open for good."""
    locked = {
        "v": 1, "kdf": "argon2id", "m": 64, "t": 3, "p": 1,
        "salt": VECTOR["salt"], "iv": VECTOR["iv"], "ct": VECTOR["ct"], "public": VECTOR["public"],
    }  # fmt: skip
    assert encoded(unwrapped(locked, "plumb line").private) == VECTOR["private"]


@pytest.mark.parametrize("found", [None, [], "key", {}, {"v": 1}, {"v": 1, "kdf": "scrypt"}])
def test_what_is_no_key_file_is_refused(found):
    with pytest.raises(WrongPassphrase, match="not a key file"):
        unwrapped(found, "plumb line")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"t": 11}, "work"),
        ({"p": 2}, "work"),
        ({"m": "64"}, "work"),
        ({"ct": "AAAA"}, "damaged"),
        ({"iv": 7}, "damaged"),
    ],
)
def test_a_key_file_of_another_shape_says_so(change, sentence):
    locked = wrapped(new_key_pair(), "plumb line", memory_kib=LITTLE)
    assert problem_of(locked) == ""
    assert sentence in problem_of({**locked, **change})
