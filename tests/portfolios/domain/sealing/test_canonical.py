"""The one way to write a thing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.sealing import canonical, decoded, encoded

THINGS = st.recursive(
    st.integers(min_value=1 - 2**53, max_value=2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
)


@given(THINGS)
def test_it_reads_back(thing):
    assert json.loads(canonical(thing)) == thing


def test_order_and_spaces_do_not_matter():
    assert canonical({"b": "é", "a": [1, "x"]}) == '{"a":[1,"x"],"b":"é"}'.encode()


@pytest.mark.parametrize("thing", [1.5, 2**53, None, True, {"é": "x"}, {1: "x"}, [{"a": float("nan")}]])
def test_what_two_languages_write_differently_is_refused(thing):
    with pytest.raises(ValueError, match=r"\."):
        canonical(thing)


@given(st.binary())
def test_bytes_as_text_and_back(data):
    assert decoded(encoded(data)) == data


@pytest.mark.parametrize("text", ["?", "a", "ab=="[:-1] + "=x"])
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match="base64url"):
        decoded(text)
