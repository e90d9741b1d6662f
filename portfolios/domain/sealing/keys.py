"""An opener's key pair: X25519 for HPKE (RFC 9180). The private key leaves its owner only wrapped by a passphrase."""

import hashlib
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from portfolios.domain.sealing.canonical import decoded, encoded

VERSION, KDF = 1, "argon2id"
SALT, NONCE, KEY, TAG = 16, 12, 32, 16
# Browsers work it out in plain JavaScript, because the page forbids WebAssembly: two seconds there for every guess.
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 1
MOST_MEMORY_KIB, MOST_PASSES = 1024 * 1024, 10
WRAP = b"plumbline opener key 1"

Wrapped = dict[str, str | int]


class WrongPassphrase(Exception):
    """The passphrase does not unlock this key."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Both halves, raw: 32 bytes each."""

    private: bytes
    public: bytes


def new_key_pair() -> KeyPair:
    """A fresh pair from the system's randomness."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def fingerprint(public: bytes) -> str:
    """What people compare: the SHA-256 of the public key, its first 20 bytes in groups of four hex digits."""
    digest = hashlib.sha256(X25519PublicKey.from_public_bytes(public).public_bytes_raw()).hexdigest()[:40]
    return " ".join(digest[start : start + 4] for start in range(0, 40, 4))


def _wrapping_key(passphrase: str, salt: bytes, memory_kib: int, passes: int) -> bytes:
    """From a passphrase as people type it: composed alike, whatever keyboard it came from."""
    said = unicodedata.normalize("NFKC", passphrase).encode()
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=LANES, memory_cost=memory_kib).derive(said)


def wrapped(pair: KeyPair, passphrase: str, *, memory_kib: int = MEMORY_KIB) -> Wrapped:
    """The private key locked by a passphrase (Argon2id, AES-256-GCM), for a file; as openerkey.js makes it."""
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    key = _wrapping_key(passphrase, salt, memory_kib, PASSES)
    return {
        "v": VERSION,
        "kdf": KDF,
        "m": memory_kib,
        "t": PASSES,
        "p": LANES,
        "salt": encoded(salt),
        "iv": encoded(nonce),
        "ct": encoded(AESGCM(key).encrypt(nonce, pair.private, WRAP + pair.public)),
        "public": encoded(pair.public),
    }


def unwrapped(locked: Mapping[str, Any], passphrase: str) -> KeyPair:
    """The pair behind a passphrase; WrongPassphrase where it does not open, or where the file was changed."""
    if refused := problem_of(locked):
        raise WrongPassphrase(refused)
    public = decoded(locked["public"])
    key = _wrapping_key(passphrase, decoded(locked["salt"]), locked["m"], locked["t"])
    try:
        private = AESGCM(key).decrypt(decoded(locked["iv"]), decoded(locked["ct"]), WRAP + public)
    except InvalidTag:
        raise WrongPassphrase("The passphrase does not open this key.") from None
    return KeyPair(private, public)


def problem_of(locked: Any) -> str:
    """Why this is not a key of ours under a passphrase, as a sentence; empty where it is one."""
    if not isinstance(locked, Mapping) or locked.get("v") != VERSION or locked.get("kdf") != KDF:
        return "This is not a key file of Plumbline."
    numbers = {"m": range(8, MOST_MEMORY_KIB + 1), "t": range(1, MOST_PASSES + 1), "p": range(1, LANES + 1)}
    if any(type(locked.get(name)) is not int or locked[name] not in allowed for name, allowed in numbers.items()):
        return "The key file asks for an amount of memory or work that no key of ours needs."
    sizes = {"salt": SALT, "iv": NONCE, "ct": KEY + TAG, "public": KEY}
    if any(_size(locked.get(name)) != size for name, size in sizes.items()):
        return "The key file is damaged: a part of it is missing or too short."
    return ""


def _size(text: object) -> int | None:
    """How many bytes a base64url text holds; None for anything else."""
    try:
        return len(decoded(text)) if isinstance(text, str) else None
    except ValueError:
        return None
