"""k−1 openers learn nothing, and every k of them open."""

from itertools import combinations

import pytest

from portfolios.domain.sealing import Context, NotOpened, Opener, Part, new_key_pair, opened, parts_of, seal

CONTEXT = Context("S-2026-0004", 1, "bidder-7", 1, "ab" * 32, "2026-12-15T19:00:00.000000Z")
BID = {"offers": [{"lots": [{"lot": "A", "price": "98.73125"}]}], "signer": "Ada"}
NAMES = ("adviser", "court", "receiver", "seller", "witness")


@pytest.mark.parametrize(("k", "n"), [(2, 2), (2, 3), (3, 3), (2, 5), (3, 5), (4, 5), (5, 5)])
def test_every_k_of_them_open_and_no_fewer(k, n):
    pairs = {name: new_key_pair() for name in NAMES[:n]}
    envelope = seal(BID, CONTEXT, [Opener(name, pair.public) for name, pair in pairs.items()], k)
    parts: dict[str, list[Part]] = {name: parts_of(envelope, name, pair.private) for name, pair in pairs.items()}
    for fewer in combinations(pairs, k - 1):
        with pytest.raises(NotOpened, match=f"{k - 1} of {k} openers"):
            opened(envelope, [part for name in fewer for part in parts[name]], CONTEXT)
    for enough in combinations(pairs, k):
        found = opened(envelope, [part for name in enough for part in parts[name]], CONTEXT)
        assert found["offers"] == BID["offers"]
