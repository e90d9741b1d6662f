"""What somebody might seal who does not use our programs."""

from hypothesis import strategies as st

FIELDS = ["offers", "lots", "lot", "price", "conditions", "entity", "signer", "certified", "most_dollars", "most_lots",
          "valid_until", "allocations", "nonce", "amount", "deposit_reference"]  # fmt: skip
TEXTS = st.text(max_size=12) | st.sampled_from(["A", "98", "98.25", "NaN", "1e9", "2026-12-31T22:00:00Z", ""])
ANYTHING = st.recursive(
    TEXTS | st.integers() | st.none() | st.booleans() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=25,
)
