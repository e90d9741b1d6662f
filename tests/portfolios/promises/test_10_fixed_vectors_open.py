"""What was sealed once, by Python and by a browser, opens for ever (tests/journeys/test_vectors.py: in browsers)."""

from itertools import combinations

import pytest

from portfolios.domain.sealing import Context, Envelope, Part, decoded, fingerprint, opened, parts_of, receipt_of
from tests.portfolios.sealvectors import FIXED, NAMES, VECTORS

CONTEXT = Context(**FIXED["context"])


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_a_fixed_envelope_opens_to_what_was_sealed(vector):
    data = decoded(vector["envelope"])
    envelope = Envelope.from_bytes(data)
    assert (receipt_of(data), envelope.context) == (vector["receipt"], CONTEXT)
    parts = {name: parts_of(envelope, name, decoded(key["private"])) for name, key in FIXED["keys"].items()}
    for name, given in parts.items():
        assert given == [Part(tuple(part["group"]), part["name"], part["part"]) for part in vector["parts"][name]]
    for pair in combinations(parts, FIXED["k"]):
        assert opened(envelope, [part for name in pair for part in parts[name]], CONTEXT) == vector["content"]


def test_fixed_keys_have_their_fingerprints():
    for key in FIXED["keys"].values():
        assert fingerprint(decoded(key["public"])) == key["fingerprint"]
