"""An opener's key pair: X25519 for HPKE (RFC 9180). The private key leaves its owner only wrapped by a passphrase."""

import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from portfolios.domain.sealing.canonical import decoded, encoded

SALT, NONCE = 16, 12
MEMORY_KIB, PASSES, LANES = 256 * 1024, 3, 1  # about a second of work for every guess
WRAP = b"plumbline opener key 1"


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


def _wrapping_key(passphrase: str, salt: bytes, memory_kib: int) -> bytes:
    return Argon2id(salt=salt, length=32, iterations=PASSES, lanes=LANES, memory_cost=memory_kib).derive(
        passphrase.encode()
    )


def wrapped(pair: KeyPair, passphrase: str, *, memory_kib: int = MEMORY_KIB) -> dict[str, str | int]:
    """The private key locked by a passphrase (Argon2id, AES-256-GCM), to be kept as a file."""
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    locked = AESGCM(_wrapping_key(passphrase, salt, memory_kib)).encrypt(nonce, pair.private, WRAP + pair.public)
    return {
        "v": 1,
        "kdf": "argon2id",
        "memory_kib": memory_kib,
        "passes": PASSES,
        "salt": encoded(salt),
        "nonce": encoded(nonce),
        "key": encoded(locked),
        "public": encoded(pair.public),
    }


def unwrapped(locked: dict[str, str | int], passphrase: str) -> KeyPair:
    """The pair behind a passphrase; WrongPassphrase where it does not open, or where the file was changed."""
    public = decoded(str(locked["public"]))
    memory_kib = int(locked["memory_kib"])
    if not 8 <= memory_kib <= 4 * MEMORY_KIB:
        raise WrongPassphrase("The key file asks for an amount of memory that no key of ours needs.")
    key = _wrapping_key(passphrase, decoded(str(locked["salt"])), memory_kib)
    try:
        private = AESGCM(key).decrypt(decoded(str(locked["nonce"])), decoded(str(locked["key"])), WRAP + public)
    except InvalidTag:
        raise WrongPassphrase("The passphrase does not open this key.") from None
    return KeyPair(private, public)
