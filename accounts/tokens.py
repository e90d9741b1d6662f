"""Secrets that travel in links: made here, kept only as a hash."""

import hashlib
import secrets


def new_token() -> tuple[str, str]:
    """A fresh token of 256 random bits and the hash to keep of it."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """SHA-256 in hexadecimal: the token is random enough that a plain hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()
