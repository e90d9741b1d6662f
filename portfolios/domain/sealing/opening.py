"""Opening: each opener unseals the parts meant for it; k openers together give the key of every bid."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portfolios.domain.sealing.canonical import canonical, decoded, encoded
from portfolios.domain.sealing.envelope import HPKE, LENGTH, Context, Envelope, commitment_of, groups_of, info_of, xor

MOST_DEPTH = 12


class NotOpened(Exception):
    """A bid that k openers could not open; the text says why, for the minutes."""


@dataclass(frozen=True, slots=True)
class Part:
    """An opener's share of one envelope's key: which group it is for, and the bytes as base64url."""

    group: tuple[str, ...]
    name: str
    part: str


def part_of(envelope: Envelope, group: tuple[str, ...], name: str, private: bytes) -> Part:
    """Unseal one part; NotOpened where it was not sealed to this key for this bid."""
    found = next((each for each in envelope.groups if each.names == group), None)
    if found is None or name not in group:
        raise NotOpened(f"{name} holds no part for the group {', '.join(group)}.")
    sealed = decoded(found.parts[group.index(name)])
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return Part(group, name, encoded(HPKE.decrypt(sealed, key, info=info_of(envelope.context, group, name))))
    except (InvalidTag, ValueError):
        raise NotOpened(f"The part of {name} does not belong to this bid or to this key.") from None


def parts_of(envelope: Envelope, name: str, private: bytes) -> list[Part]:
    """All parts of one opener, one for each group it is in."""
    groups = groups_of(envelope.openers, envelope.k)
    return [part_of(envelope, group, name, private) for group in groups if name in group]


def opened(envelope: Envelope, parts: Iterable[Part], expected: Context) -> dict[str, Any]:
    """The bid behind an envelope, from the parts of k openers.

    `expected` is what the sale says this envelope is; NotOpened where it differs, where parts are missing, or where
    anything was changed since it was sealed.
    """
    if envelope.context != expected:
        raise NotOpened(_difference(envelope.context, expected))
    return _bid_in(envelope, key_of(envelope, parts))


def key_of(envelope: Envelope, parts: Iterable[Part]) -> bytes:
    """The one key the envelope is committed to, from any group whose openers all gave their parts."""
    keys = keys_of(envelope, given := list(parts))
    if not keys:
        by_group: dict[tuple[str, ...], set[str]] = {}
        for part in given:
            by_group.setdefault(part.group, set()).add(part.name)
        most = max((len(found) for found in by_group.values()), default=0)
        raise NotOpened(f"{most} of {envelope.k} openers gave their parts.")
    for key in keys.values():
        if key is not None:
            return key
    raise NotOpened("The parts do not open this bid: it, or a part, was changed.")


def keys_of(envelope: Envelope, parts: Iterable[Part]) -> dict[tuple[str, ...], bytes | None]:
    """For every group whose openers all gave their parts its key; None where it is not the one that was committed to.

    Then one of the group gave a wrong part, or the bid was sealed so: the commitment proves one of the two.
    """
    given: dict[tuple[str, ...], dict[str, Part]] = {}
    for part in parts:
        given.setdefault(part.group, {})[part.name] = part
    complete = [group for group in groups_of(envelope.openers, envelope.k) if set(group) == set(given.get(group, {}))]
    joined = {group: _joined([given[group][name].part for name in group]) for group in complete}
    return {
        group: key if key is not None and commitment_of(key) == envelope.commitment else None
        for group, key in joined.items()
    }


def _joined(parts: list[str]) -> bytes | None:
    """The key from its parts; None where they cannot be parts of one."""
    try:
        return xor([decoded(part) for part in parts])
    except ValueError:
        return None


def _bid_in(envelope: Envelope, key: bytes) -> dict[str, Any]:
    try:
        sealed, public = decoded(envelope.ciphertext), canonical(asdict(envelope.context))
        raw = AESGCM(key).decrypt(decoded(envelope.nonce), sealed, public)
    except (InvalidTag, ValueError):
        raise NotOpened("The parts do not open this bid: it, or a part, was changed.") from None
    return _read(raw[LENGTH : LENGTH + int.from_bytes(raw[:LENGTH], "big")])


def _read(text: bytes) -> dict[str, Any]:
    """What was sealed, if it is an object written in the one way; whoever sealed it may have written anything."""
    try:
        bid = json.loads(text)
        if isinstance(bid, dict) and is_plain(bid) and canonical(bid) == text:
            return bid
    except (ValueError, RecursionError):
        pass
    raise NotOpened("What was sealed is not a bid.")


def is_plain(thing: object, depth: int = MOST_DEPTH) -> bool:
    """Whether it is nested no deeper than a bid is, and holds no NUL, which no database keeps in text."""
    if isinstance(thing, str):
        return "\x00" not in thing
    if isinstance(thing, dict):
        return depth > 0 and all(is_plain(each, depth - 1) for pair in thing.items() for each in pair)
    if isinstance(thing, list):
        return depth > 0 and all(is_plain(each, depth - 1) for each in thing)
    return True


def _difference(found: Context, expected: Context) -> str:
    wrong = [name for name, value in asdict(found).items() if value != getattr(expected, name)]
    return f"This bid was sealed for another {' and '.join(wrong).replace('_', ' ')}."
