"""A sealed bid. Its key is split by XOR for every group of k openers, and each part sealed to one of them (HPKE).

Any k openers together open it, fewer learn nothing. Whom and what it is for is bound into every seal, so an envelope
cannot be passed off as another bidder's, another round's or another tape's.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from itertools import combinations
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from portfolios.domain.sealing.canonical import canonical, decoded, encoded

VERSION = 1
BLOCK = 16 * 1024  # every bid fills whole blocks, so that its length does not tell how many offers and lots it names
LENGTH = 4
KEY, NONCE = 32, 12
MOST_OPENERS = 9
HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class NotAnEnvelope(Exception):
    """What was sent is not a sealed bid; the text says why."""


@dataclass(frozen=True, slots=True)
class Context:
    """Whom and what a bid is for: public, and bound into every seal. `deadline` is UTC in ISO form."""

    sale: str
    round: int
    bidder: str
    seq: int
    tape_sha256: str
    deadline: str


@dataclass(frozen=True, slots=True)
class Opener:
    """Who can help to open: a short name, and the raw X25519 public key."""

    name: str
    public: bytes


@dataclass(frozen=True, slots=True)
class Group:
    """k openers and, for each, the sealed part of the key, as base64url."""

    names: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed bid as stored and sent."""

    context: Context
    k: int
    openers: tuple[str, ...]
    nonce: str
    ciphertext: str
    commitment: str
    groups: tuple[Group, ...]

    def to_bytes(self) -> bytes:
        """The one way to write it; its SHA-256 is the receipt."""
        return canonical(
            {
                "v": VERSION,
                "ctx": asdict(self.context),
                "k": self.k,
                "n": list(self.openers),
                "iv": self.nonce,
                "ct": self.ciphertext,
                "kc": self.commitment,
                "g": [{"q": list(group.names), "p": list(group.parts)} for group in self.groups],
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Envelope":
        """Read an envelope; NotAnEnvelope where it is anything else, or not written in the one way."""
        try:
            envelope = _read(json.loads(data))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise NotAnEnvelope("This is not a sealed bid. Seal the bid again and send the file unchanged.") from error
        if envelope.to_bytes() != data:
            raise NotAnEnvelope("The sealed bid was rewritten on its way. Send the file as it was made.")
        return envelope


def _read(found: dict[str, Any]) -> Envelope:
    if found["v"] != VERSION:
        raise NotAnEnvelope(f"This sealed bid has format {found['v']}; this sale takes format {VERSION}.")
    envelope = Envelope(
        Context(**found["ctx"]),
        int(found["k"]),
        tuple(found["n"]),
        found["iv"],
        found["ct"],
        found["kc"],
        tuple(Group(tuple(group["q"]), tuple(group["p"])) for group in found["g"]),
    )
    _check_shape(envelope)
    return envelope


def _check_shape(envelope: Envelope) -> None:
    if len(decoded(envelope.nonce)) != NONCE or (len(decoded(envelope.ciphertext)) - 16) % BLOCK:
        raise ValueError("wrong lengths")
    expected = groups_of(envelope.openers, envelope.k)
    if [group.names for group in envelope.groups] != expected:
        raise ValueError("the groups do not fit the openers")
    if any(len(group.parts) != envelope.k for group in envelope.groups):
        raise ValueError("a part is missing")


def groups_of(names: Sequence[str], k: int) -> list[tuple[str, ...]]:
    """Every group of k of the openers, in one order; ValueError for a number that makes no sense."""
    if not 2 <= k <= len(names) <= MOST_OPENERS or len(set(names)) != len(names):
        raise ValueError(f"{k} of {len(names)} openers cannot be: take at least 2, of at most {MOST_OPENERS} by name.")
    return list(combinations(sorted(names), k))


def info_of(context: Context, group: Sequence[str], name: str) -> bytes:
    """What a sealed part is bound to."""
    return canonical({"ctx": asdict(context), "q": list(group), "o": name, "v": VERSION})


def padded(bid: bytes) -> bytes:
    """Length, the bid, and zeros up to a whole number of blocks."""
    raw = len(bid).to_bytes(LENGTH, "big") + bid
    return raw + bytes(-len(raw) % BLOCK)


def xor(parts: Sequence[bytes]) -> bytes:
    """All parts exclusive-ored: the key from its parts, or the last part from the key and the others."""
    return reduce(lambda left, right: bytes(a ^ b for a, b in zip(left, right, strict=True)), parts)


def commitment_of(key: bytes) -> str:
    """What ties an envelope to one key: without it a bidder could seal two bids, and which one opens would hang on who
    opens (AES-GCM does not commit to its key).
    """
    return hashlib.sha256(b"plumbline bid key 1" + key).hexdigest()


def seal(bid: dict[str, Any], context: Context, openers: Sequence[Opener], k: int) -> Envelope:
    """Seal a bid (text, integers, lists, objects) to any k of the openers; a nonce makes equal bids differ."""
    public = {opener.name: X25519PublicKey.from_public_bytes(opener.public) for opener in openers}
    names = sorted(public)
    groups = groups_of([opener.name for opener in openers], k)
    key, nonce = secrets.token_bytes(KEY), secrets.token_bytes(NONCE)
    text = padded(canonical({**bid, "nonce": encoded(secrets.token_bytes(16))}))
    ciphertext = AESGCM(key).encrypt(nonce, text, canonical(asdict(context)))
    sealed = tuple(_sealed_group(key, group, context, public) for group in groups)
    return Envelope(context, k, tuple(names), encoded(nonce), encoded(ciphertext), commitment_of(key), sealed)


def _sealed_group(key: bytes, group: tuple[str, ...], context: Context, public: dict[str, X25519PublicKey]) -> Group:
    random = [secrets.token_bytes(KEY) for _ in group[1:]]
    parts = [*random, xor([key, *random])]
    sealed = [
        encoded(HPKE.encrypt(part, public[name], info=info_of(context, group, name)))
        for name, part in zip(group, parts, strict=True)
    ]
    return Group(group, tuple(sealed))


def receipt_of(data: bytes) -> str:
    """The receipt of an envelope's bytes: SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
