"""`seal_bid`: seals without a database, says what is wrong before it seals, and never shows a price."""

import io
import json
import stat
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portfolios.domain.bidform.sheets import context_of
from portfolios.domain.sealing import Envelope, encoded, fingerprint, new_key_pair, opened, parts_of, receipt_of
from portfolios.management.commands import seal_bid
from tests.portfolios.bidcases import CASES, SHEET

PAIRS = {name: new_key_pair() for name in ("adviser", "seller", "witness")}
OPENERS = [
    {"name": name, "public": encoded(pair.public), "fingerprint": fingerprint(pair.public)}
    for name, pair in PAIRS.items()
]
BID = CASES[0]["content"]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "sheet.json").write_text(json.dumps({**SHEET, "openers": OPENERS}))
    (tmp_path / "bid.json").write_text(json.dumps(BID))
    return tmp_path


def run(files, *names: str) -> str:
    out = io.StringIO()
    call_command("seal_bid", *(str(files / name) for name in names), out=files / "bid.envelope", stdout=out)
    return out.getvalue()


def content(files, sheet: dict[str, Any] = SHEET) -> dict[str, Any]:
    envelope = Envelope.from_bytes((files / "bid.envelope").read_bytes())
    parts = [part for name in ("adviser", "witness") for part in parts_of(envelope, name, PAIRS[name].private)]
    found = opened(envelope, parts, context_of(sheet))
    del found["nonce"]
    return found


def test_a_bid_is_sealed_and_its_receipt_said(files):
    said = run(files, "sheet.json", "bid.json")
    data = (files / "bid.envelope").read_bytes()
    assert content(files) == BID
    assert f"Receipt {receipt_of(data)}" in said
    assert fingerprint(PAIRS["seller"].public) in said
    assert "98.25" not in said + data.decode()
    assert stat.S_IMODE((files / "bid.envelope").stat().st_mode) == 0o600


def test_what_is_wrong_is_said_and_nothing_is_written(files):
    (files / "bid.json").write_text(json.dumps({**BID, "signer": "", "offers": [{"lots": []}]}))
    with pytest.raises(CommandError) as refused:
        run(files, "sheet.json", "bid.json")
    assert str(refused.value) == "The bid was not sealed.\nIt is not signed.\nIt names no lot."
    assert not (files / "bid.envelope").exists()


def test_nothing_is_overwritten(files):
    (files / "bid.envelope").write_text("kept")
    with pytest.raises(CommandError, match="is there already"):
        run(files, "sheet.json", "bid.json")
    assert (files / "bid.envelope").read_text() == "kept"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"v": 2}, "another format"),
        ({"openers": "none"}, "not the sheet of a sale"),
        ({"openers": [{**OPENERS[0], "public": OPENERS[1]["public"]}, *OPENERS[1:]]}, "The key of adviser is not"),
    ],
)
def test_another_sheet_gets_a_sentence(files, changes, words):
    (files / "sheet.json").write_text(json.dumps({**SHEET, "openers": OPENERS, **changes}))
    with pytest.raises(CommandError, match=words):
        run(files, "sheet.json", "bid.json")


@pytest.mark.parametrize("name", ["missing.json", "bid.json"])
def test_a_file_that_is_none_gets_a_sentence(files, name):
    (files / "bid.json").write_text("{")
    with pytest.raises(CommandError, match=name):
        run(files, "sheet.json", name)


def typed(monkeypatch, *lines: str) -> None:
    said = iter(lines)
    monkeypatch.setattr("builtins.input", lambda _: next(said))
    monkeypatch.setattr(seal_bid.sys.stdin, "isatty", lambda: True, raising=False)


def test_a_bid_is_typed_in_on_a_terminal(files, monkeypatch):
    typed(monkeypatch, "98.25", "97", "", "y", "", "", "125000.00", "n", "North Shore", "Ada Öz", "y", "", "3000000")
    run(files, "sheet.json")
    assert content(files) == {
        "offers": [
            {"lots": [{"lot": "A", "price": "98.25"}, {"lot": "B", "price": "97"}], "conditions": []},
            {"lots": [{"lot": "C", "price": "125000.00"}], "conditions": []},
        ],
        "entity": "North Shore",
        "signer": "Ada Öz",
        "certified": ["authority"],
        "most_dollars": "3000000",
    }


def test_a_reserve_is_typed_in(files, monkeypatch):
    sheet = {**SHEET, "openers": OPENERS, "bidder": "reserve"}
    (files / "sheet.json").write_text(json.dumps(sheet))
    typed(monkeypatch, "975000.00", "", "0")
    run(files, "sheet.json")
    assert content(files, sheet) == {"lots": [{"lot": "A", "amount": "975000.00"}, {"lot": "C", "amount": "0"}]}


def test_without_a_terminal_a_file_is_needed(files, monkeypatch):
    monkeypatch.setattr(seal_bid.sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(CommandError, match="on a terminal"):
        run(files, "sheet.json")
