"""Sealing and opening: any k of n openers, no fewer, and nothing passed off as something else."""

import json
from dataclasses import asdict, replace
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.sealing import (
    Context,
    Envelope,
    NotAnEnvelope,
    NotOpened,
    Opener,
    Part,
    canonical,
    encoded,
    groups_of,
    new_key_pair,
    opened,
    part_of,
    parts_of,
    receipt_of,
    seal,
)
from portfolios.domain.sealing.envelope import BLOCK, Group, _sealed_group, commitment_of, padded

PAIRS = {name: new_key_pair() for name in ("adviser", "seller", "witness")}
OPENERS = [Opener(name, pair.public) for name, pair in PAIRS.items()]
CONTEXT = Context("S-2026-0004", 1, "north-shore", 1, "ab" * 32, "2026-12-01T22:00:00Z")
BID = {"lots": [{"lot": "A", "price": "98.73125"}], "signer": "Ada Öz"}


def parts_from(envelope: Envelope, *names: str) -> list[Part]:
    return [part for name in names for part in parts_of(envelope, name, PAIRS[name].private)]


def without_nonce(bid: dict) -> dict:
    return {key: value for key, value in bid.items() if key != "nonce"}


@pytest.mark.parametrize("names", list(combinations(PAIRS, 2)))
def test_any_two_of_three_open(names):
    envelope = seal(BID, CONTEXT, OPENERS, 2)
    assert without_nonce(opened(envelope, parts_from(envelope, *names), CONTEXT)) == BID


@pytest.mark.parametrize("name", PAIRS)
def test_one_of_three_learns_nothing(name):
    envelope = seal(BID, CONTEXT, OPENERS, 2)
    with pytest.raises(NotOpened, match="1 of 2 openers"):
        opened(envelope, parts_from(envelope, name), CONTEXT)
    assert b"98.73125" not in envelope.to_bytes()


def test_three_of_five_need_three():
    pairs = {f"o{number}": new_key_pair() for number in range(5)}
    envelope = seal(BID, CONTEXT, [Opener(name, pair.public) for name, pair in pairs.items()], 3)
    parts = {name: parts_of(envelope, name, pair.private) for name, pair in pairs.items()}
    with pytest.raises(NotOpened, match="2 of 3"):
        opened(envelope, parts["o0"] + parts["o4"], CONTEXT)
    assert without_nonce(opened(envelope, parts["o0"] + parts["o4"] + parts["o2"], CONTEXT)) == BID


def test_the_written_envelope_reads_back():
    envelope = seal(BID, CONTEXT, OPENERS, 2)
    data = envelope.to_bytes()
    assert Envelope.from_bytes(data) == envelope
    assert receipt_of(data) == receipt_of(Envelope.from_bytes(data).to_bytes())


@given(st.text(max_size=300), st.integers(min_value=1, max_value=20))
def test_one_lot_and_twenty_lots_are_of_one_length(signer, lots):
    bid = {"lots": [{"lot": str(number), "price": "98.73125"} for number in range(lots)], "signer": signer}
    assert len(padded(canonical(bid))) == BLOCK


def test_equal_bids_give_different_envelopes():
    assert seal(BID, CONTEXT, OPENERS, 2).ciphertext != seal(BID, CONTEXT, OPENERS, 2).ciphertext


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bidder", "south-bank"),
        ("round", 2),
        ("seq", 2),
        ("tape_sha256", "cd" * 32),
        ("deadline", "2026-12-02T22:00:00Z"),
        ("sale", "S-2026-0005"),
    ],
)
def test_a_relabeled_envelope_does_not_open(field, value):
    other = replace(CONTEXT, **{field: value})
    envelope = seal(BID, CONTEXT, OPENERS, 2)
    relabeled = replace(envelope, context=other)
    with pytest.raises(NotOpened, match="another " + field.replace("_", " ")):
        opened(envelope, parts_from(envelope, "seller", "witness"), other)
    with pytest.raises(NotOpened, match="does not belong"):
        parts_from(relabeled, "seller")
    with pytest.raises(NotOpened, match="was changed"):
        opened(relabeled, parts_from(envelope, "seller", "witness"), other)


def test_swapped_ciphertext_does_not_open():
    mine, theirs = seal(BID, CONTEXT, OPENERS, 2), seal({"lots": []}, CONTEXT, OPENERS, 2)
    swapped = replace(mine, ciphertext=theirs.ciphertext, nonce=theirs.nonce)
    with pytest.raises(NotOpened, match="was changed"):
        opened(swapped, parts_from(mine, "seller", "witness"), CONTEXT)


def test_a_key_of_somebody_else_is_refused():
    envelope = seal(BID, CONTEXT, OPENERS, 2)
    with pytest.raises(NotOpened, match="does not belong"):
        part_of(envelope, ("seller", "witness"), "seller", new_key_pair().private)
    with pytest.raises(NotOpened, match="holds no part"):
        part_of(envelope, ("adviser", "witness"), "seller", PAIRS["seller"].private)


def test_a_bidder_cannot_seal_two_bids_to_two_groups():
    """Whoever opens, the same bid must come out: a second key in one group is found out."""
    public = {opener.name: X25519PublicKey.from_public_bytes(opener.public) for opener in OPENERS}
    honest = seal(BID, CONTEXT, OPENERS, 2)
    other = _sealed_group(bytes(32), ("adviser", "seller"), CONTEXT, public)
    forged = replace(honest, groups=(other, *honest.groups[1:]))
    with pytest.raises(NotOpened, match="was changed"):
        opened(forged, parts_from(forged, "adviser", "seller"), CONTEXT)
    all_three = parts_from(forged, "adviser", "seller", "witness")
    assert without_nonce(opened(forged, all_three, CONTEXT)) == BID


def sealed_raw(raw: bytes) -> Envelope:
    """An envelope as a program of somebody else's might make it: any bytes inside, sealed as they should be."""
    envelope = seal(BID, CONTEXT, OPENERS, 2)
    key, nonce = bytes(32), bytes(12)
    public = {opener.name: X25519PublicKey.from_public_bytes(opener.public) for opener in OPENERS}
    groups = tuple(_sealed_group(key, group, CONTEXT, public) for group in groups_of(sorted(public), 2))
    text = AESGCM(key).encrypt(nonce, padded(raw), canonical(asdict(CONTEXT)))
    return replace(
        envelope, nonce=encoded(nonce), ciphertext=encoded(text), commitment=commitment_of(key), groups=groups
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[1]",
        b"{",
        b'{"a":1.5}',
        b'{"a":NaN}',
        b'{"a":null}',
        b'{"a":true}',
        b'{"a": "spaces"}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":2}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\u0000"}',
        b'{"a":99999999999999999999}',
        b'{"a":' + b"[" * 13 + b"]" * 13 + b"}",
        b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"a":"\xff"}',
    ],
)
def test_what_was_sealed_must_be_a_bid_written_in_the_one_way(raw):
    strange = sealed_raw(raw)
    with pytest.raises(NotOpened, match="What was sealed is not a bid"):
        opened(strange, parts_from(strange, "seller", "witness"), CONTEXT)


def test_what_another_program_sealed_in_the_one_way_opens():
    same = sealed_raw(b'{"a":"\\\\u0000 \xc3\xa9"}')
    assert opened(same, parts_from(same, "seller", "witness"), CONTEXT) == {"a": "\\u0000 é"}


def changed(**values: object) -> bytes:
    found = json.loads(seal(BID, CONTEXT, OPENERS, 2).to_bytes())
    return canonical(found | values)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"v":1}',
        changed(k=1),
        changed(k=4),
        changed(k="2"),
        changed(n=["seller", "witness"]),
        changed(g=[]),
        changed(iv="AAAA"),
        changed(ct="AAAA"),
        changed(ct="?"),
        changed(more="x"),
        changed(ctx={"sale": "S"}),
        b"[" * 100_000,
        b" " + changed(),
    ],
)
def test_anything_else_is_no_envelope(data):
    with pytest.raises(NotAnEnvelope, match=r"\."):
        Envelope.from_bytes(data)


def test_another_format_is_named():
    with pytest.raises(NotAnEnvelope, match="format 2"):
        Envelope.from_bytes(changed(v=2))


@pytest.mark.parametrize(("count", "k"), [(3, 1), (3, 4), (1, 1), (10, 2)])
def test_numbers_of_openers_that_make_no_sense(count, k):
    with pytest.raises(ValueError, match="openers cannot be"):
        groups_of([f"o{number}" for number in range(count)], k)


def test_a_group_keeps_its_names_beside_its_parts():
    envelope = seal(BID, CONTEXT, OPENERS, 2)
    assert [group.names for group in envelope.groups] == [
        ("adviser", "seller"),
        ("adviser", "witness"),
        ("seller", "witness"),
    ]
    assert all(isinstance(group, Group) and len(group.parts) == 2 for group in envelope.groups)
