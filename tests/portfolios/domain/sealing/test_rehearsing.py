"""The rehearsal: only the opener's key tells what is in the canary, and the newest window decides who has passed."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from portfolios.domain.sealing import canary_for, decoded, encoded, is_answer, new_key_pair
from portfolios.domain.sealing.envelope import HPKE
from portfolios.domain.sealing.rehearsing import asked_since, info_of, passed

DEADLINE = datetime(2026, 12, 15, 19, 0, tzinfo=UTC)


def test_only_the_key_tells_what_is_in_the_canary():
    pair = new_key_pair()
    canary = canary_for(pair.public, sale="S-2026-0004", name="seller")
    key = X25519PrivateKey.from_private_bytes(pair.private)
    answer = HPKE.decrypt(decoded(canary.sealed), key, info=info_of("S-2026-0004", "seller"))
    assert is_answer(encoded(answer), canary.answer_sha256)
    assert canary_for(pair.public, sale="S-2026-0004", name="seller") != canary


@pytest.mark.parametrize("answer", ["", "AAAA", "not base64url!", "ö"])
def test_anything_else_is_no_answer(answer):
    canary = canary_for(new_key_pair().public, sale="S-2026-0004", name="seller")
    assert not is_answer(answer, canary.answer_sha256)


@pytest.mark.parametrize(
    ("before", "since"),
    [
        (timedelta(days=11), None),
        (timedelta(days=10), timedelta(days=10)),
        (timedelta(hours=49), timedelta(days=10)),
        (timedelta(hours=48), timedelta(hours=48)),
        (timedelta(0), timedelta(hours=48)),
    ],
)
def test_it_is_asked_for_ten_days_and_two_days_before(before, since):
    assert asked_since(DEADLINE, DEADLINE - before) == (DEADLINE - since if since else None)


def test_who_rehearsed_before_the_window_has_not_passed():
    since = DEADLINE - timedelta(hours=48)
    assert passed([None, since - timedelta(seconds=1), since, DEADLINE], since) == 2
