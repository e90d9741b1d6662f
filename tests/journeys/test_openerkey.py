"""Keys of openers in a browser and in Python are one format: each unlocks what the other locked."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page

from portfolios.domain.sealing import (
    WrongPassphrase,
    canary_for,
    decoded,
    encoded,
    fingerprint,
    is_answer,
    new_key_pair,
    unwrapped,
    wrapped,
)
from tests.journeys.test_sealing import serve

PASSPHRASE = "Öz plumb line 🏠 of four words"
DECOMPOSED = "O\u0308z plumb line 🏠 of four words"  # as another keyboard writes it
LITTLE = 64  # KiB: a guess may be cheap here
MAKE = """async (passphrase) => {
    const { makeKey } = await import("/js/openerkey.js");
    let told = 0;
    const made = await makeKey(passphrase, () => { told += 1; });
    return [made.public, made.wrapped, told];
}"""
UNWRAP = """async ([locked, passphrase]) => {
    const { unwrap } = await import("/js/openerkey.js");
    const { encoded } = await import("/js/sealing.js");
    return encoded(await unwrap(locked, passphrase));
}"""
FINGERPRINT = """async (key) => (await import("/js/openerkey.js")).fingerprint(key)"""
CANARY = """async ([sealed, key, info]) => {
    const { canonical, decoded, encoded, unsealed } = await import("/js/sealing.js");
    return encoded(await unsealed(decoded(sealed), decoded(key), canonical(info)));
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("http://localhost/")
    yield page
    context.close()


def test_python_unlocks_a_key_that_was_made_in_a_browser(page):
    public, locked, told = page.evaluate(MAKE, PASSPHRASE)
    pair = unwrapped(locked, DECOMPOSED)
    assert encoded(pair.public) == public
    assert (locked["m"], locked["t"], locked["p"]) == (65536, 3, 1)
    assert told > 10
    assert encoded(pair.private) not in json.dumps(locked)
    with pytest.raises(WrongPassphrase):
        unwrapped(locked, "plumb bob")


def test_a_browser_unlocks_a_key_that_was_locked_in_python(page):
    pair = new_key_pair()
    locked = wrapped(pair, PASSPHRASE, memory_kib=LITTLE)
    assert decoded(page.evaluate(UNWRAP, [locked, DECOMPOSED])) == pair.private
    assert page.evaluate(FINGERPRINT, encoded(pair.public)) == fingerprint(pair.public)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "passphrase does not open"),
        ({"v": 2}, "not a key file"),
        ({"kdf": "scrypt"}, "not a key file"),
        ({"m": 2**21}, "amount of memory"),
        ({"t": 0}, "amount of memory"),
        ({"ct": "AAAA"}, "damaged"),
        ({"iv": None}, "damaged"),
    ],
)
def test_a_browser_says_in_words_why_a_key_does_not_open(page, change, sentence):
    locked = wrapped(new_key_pair(), PASSPHRASE, memory_kib=LITTLE)
    with pytest.raises(Error, match=sentence):
        page.evaluate(UNWRAP, [{**locked, **change}, "plumb bob"])


def test_a_browser_opens_the_canary_of_its_key_and_no_other(page):
    pair, other = new_key_pair(), new_key_pair()
    canary = canary_for(pair.public, sale="S-2026-0004", name="seller")
    info = {"rehearsal": "S-2026-0004", "o": "seller", "v": 1}
    answer = page.evaluate(CANARY, [canary.sealed, encoded(pair.private), info])
    assert is_answer(answer, canary.answer_sha256)
    for key, about in ((other, info), (pair, {**info, "o": "witness"})):
        with pytest.raises(Error):
            page.evaluate(CANARY, [canary.sealed, encoded(key.private), about])
