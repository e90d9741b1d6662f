"""Sealed bids: encrypted to k of n openers before they reach the server, receipted, and chained by hashes.

It answers whoever reads the database, its backups or the server's memory before the opening, and any one opener alone.
It does not answer k openers who collude, nor a server that sends altered scripts to a bidder: for that, bids can be
sealed away from it by the same format.
"""

from portfolios.domain.sealing.canonical import canonical, decoded, encoded
from portfolios.domain.sealing.chain import GENESIS, Broken, Entry, chained, verified
from portfolios.domain.sealing.envelope import Context, Envelope, NotAnEnvelope, Opener, groups_of, receipt_of, seal
from portfolios.domain.sealing.keys import (
    KeyPair,
    WrongPassphrase,
    fingerprint,
    new_key_pair,
    problem_of,
    unwrapped,
    wrapped,
)
from portfolios.domain.sealing.opening import NotOpened, Part, keys_of, opened, part_of, parts_of
from portfolios.domain.sealing.rehearsing import Canary, canary_for, is_answer

__all__ = [
    "GENESIS",
    "Broken",
    "Canary",
    "Context",
    "Entry",
    "Envelope",
    "KeyPair",
    "NotAnEnvelope",
    "NotOpened",
    "Opener",
    "Part",
    "WrongPassphrase",
    "canary_for",
    "canonical",
    "chained",
    "decoded",
    "encoded",
    "fingerprint",
    "groups_of",
    "is_answer",
    "keys_of",
    "new_key_pair",
    "opened",
    "part_of",
    "parts_of",
    "problem_of",
    "receipt_of",
    "seal",
    "unwrapped",
    "verified",
    "wrapped",
]
