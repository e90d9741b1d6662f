"""The rehearsal: something random sealed to one opener's key, which only that opener can tell, and when it is due."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from portfolios.domain.sealing.canonical import canonical, decoded, encoded
from portfolios.domain.sealing.envelope import HPKE

ASKED = (timedelta(days=10), timedelta(hours=48))  # before the deadline
SECRET = 32


@dataclass(frozen=True, slots=True)
class Canary:
    """What the opener opens (base64url), and the SHA-256 of what is in it: the answer itself is kept nowhere."""

    sealed: str
    answer_sha256: str


def canary_for(public: bytes, *, sale: str, name: str) -> Canary:
    """A fresh canary for one opener of a sale."""
    secret = secrets.token_bytes(SECRET)
    sealed = HPKE.encrypt(secret, X25519PublicKey.from_public_bytes(public), info=info_of(sale, name))
    return Canary(encoded(sealed), hashlib.sha256(secret).hexdigest())


def info_of(sale: str, name: str) -> bytes:
    """What a canary is bound to, so that no part of a bid can be passed off as one."""
    return canonical({"rehearsal": sale, "o": name, "v": 1})


def answer_to(sealed: str, private: bytes, *, sale: str, name: str) -> str:
    """What is in a canary, base64url, as the opener's browser finds it."""
    key = X25519PrivateKey.from_private_bytes(private)
    return encoded(HPKE.decrypt(decoded(sealed), key, info=info_of(sale, name)))


def is_answer(answer: str, answer_sha256: str) -> bool:
    """Whether this, as base64url, was in the canary."""
    try:
        found = hashlib.sha256(decoded(answer)).hexdigest()
    except ValueError:
        return False
    return hmac.compare_digest(found, answer_sha256)


def asked_since(deadline: datetime, at: datetime) -> datetime | None:
    """Since when the newest rehearsal is asked for; None while none is yet."""
    begun = [deadline - before for before in ASKED if at >= deadline - before]
    return max(begun, default=None)


def passed(rehearsed: Iterable[datetime | None], since: datetime) -> int:
    """How many openers have opened their canary since then."""
    return sum(1 for moment in rehearsed if moment is not None and moment >= since)
