"""Openers' keys: wrapped by a passphrase, told apart by a fingerprint."""

import pytest

from portfolios.domain.sealing import WrongPassphrase, decoded, encoded, fingerprint, new_key_pair, unwrapped, wrapped

LITTLE = 64  # KiB: a guess may be cheap here


def test_a_wrapped_key_comes_back_with_its_passphrase():
    pair = new_key_pair()
    locked = wrapped(pair, "plumb line", memory_kib=LITTLE)
    assert unwrapped(locked, "plumb line") == pair
    assert encoded(pair.private) not in str(locked)


def test_a_wrong_passphrase_is_refused():
    locked = wrapped(new_key_pair(), "plumb line", memory_kib=LITTLE)
    with pytest.raises(WrongPassphrase, match="does not open this key"):
        unwrapped(locked, "plumb bob")


@pytest.mark.parametrize("field", ["key", "nonce", "salt", "public"])
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
        unwrapped({**locked, "memory_kib": memory}, "plumb line")


def test_fingerprints_tell_keys_apart():
    first, second = new_key_pair(), new_key_pair()
    assert fingerprint(first.public) == fingerprint(first.public) != fingerprint(second.public)
    assert [len(group) for group in fingerprint(first.public).split(" ")] == [4] * 10
