"""One way to write a thing as bytes, the same in Python and in a browser.

JSON with sorted keys and no spaces, UTF-8. Only text, whole numbers, lists and objects: a price is text, because two
languages print the same float differently. Keys are ASCII, so both sort them alike.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

MOST = 2**53  # where whole numbers of a browser begin to lose digits


def canonical(thing: Any) -> bytes:
    """The bytes of a thing; ValueError where it holds what two languages may write differently."""
    _check(thing)
    return json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _check(thing: Any) -> None:
    if isinstance(thing, Mapping):
        for key, value in thing.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"The key {key!r} is not plain ASCII text.")
            _check(value)
    elif isinstance(thing, (list, tuple)):
        for value in thing:
            _check(value)
    elif not isinstance(thing, str) and not _is_whole(thing):
        raise ValueError(f"{thing!r} is neither text, a whole number, a list nor an object.")


def _is_whole(thing: Any) -> bool:
    """Whether it is a whole number that a browser holds exactly, too."""
    return isinstance(thing, int) and not isinstance(thing, bool) and abs(thing) < MOST


def encoded(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes behind base64url without padding; ValueError for anything else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("This is not base64url text.") from error
