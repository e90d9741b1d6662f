"""The codes of an authenticator app (RFC 6238), as a phone computes them from the key it scanned."""

import base64
import hmac
import struct
import time

PERIOD_SECONDS, DIGITS = 30, 6


def code_of(key: str, at: float | None = None) -> str:
    """The six digits for a Base32 key at a moment (seconds since 1970; now when left out)."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // PERIOD_SECONDS))
    digest = hmac.digest(base64.b32decode(key), counter, "sha1")
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"
