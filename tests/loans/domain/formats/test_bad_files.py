"""Files that are no tape: each gets one sentence that names what is wrong and what to do."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from loans.domain.formats import Bounds, Unreadable, open_tape
from tests.loans.domain.formats.conftest import Opener, cells

SIMPLE = "Loan ID,Rate,City\nA1,6.125,Reno\nA2,7.0,Waco\n"


def parquet() -> bytes:
    out = BytesIO()
    pl.DataFrame({"a": [1, 2]}).write_parquet(out)
    return out.getvalue()


def archive(members: dict[str, str], *, encrypted: bool = False) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    content = bytearray(out.getvalue())
    if encrypted:
        content[content.index(b"PK\x01\x02") + 8] |= 1
        content[6] |= 1
    return bytes(content)


def workbook() -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for row in range(50):
        sheet.write_row(row, 0, [f"L{row}", row, "Reno"])
    book.close()
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD = {
    "empty": (b"", "is empty"),
    "blank lines": (b"\n \n\n\t\n", "only blank lines"),
    "binary junk": (random.Random(1).randbytes(5_000), "binary data"),
    "text with zeros": (SIMPLE.encode() + b"A3,1.0,\0Reno\n", "binary"),
    "pdf": (b"%PDF-1.7\n%abc\n", "PDF"),
    "parquet": (parquet(), "Parquet"),
    "html": (b"<!DOCTYPE html><html><body><table></table></body></html>", "web page"),
    "html table": (b"<table><tr><td>Loan ID</td></tr></table>", "web page"),
    "json object": (b'{"loans": [1, 2]}', "JSON"),
    "json list": (b'[{"loan_id": "A1"}]', "JSON"),
    "picture": (b"\x89PNG\r\n\x1a\n0000", "picture"),
    "rar": (b"Rar!\x1a\x07\x00abc", "RAR"),
    "docx": (archive({"[Content_Types].xml": "x", "word/document.xml": "x"}), "Word document"),
    "xlsb": (archive({"[Content_Types].xml": "x", "xl/workbook.bin": "x"}), "binary Excel workbook"),
    "ods": (archive({"mimetype": "x", "content.xml": "x"}), "OpenDocument"),
    "old xls": (OLE + b"\0" * 600, "old Excel workbook"),
    "workbook with a password": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
    "empty zip": (archive({}), "holds no file"),
    "zip of two": (archive({"a.csv": SIMPLE, "b.csv": SIMPLE}), "exactly one tape"),
    "zip with a password": (archive({"a.csv": SIMPLE}, encrypted=True), "password"),
    "zip in a zip": (archive({"a.zip": "PK\x05\x06" + "\0" * 18}), "another archive"),
    "truncated zip": (archive({"a.csv": SIMPLE * 50})[:-30], "damaged or was cut off"),
    "truncated gz": (gzip.compress(SIMPLE.encode() * 50)[:-20], "damaged or was cut off"),
    "damaged gz": (b"\x1f\x8b\x08" + b"junk" * 20, "damaged or was cut off"),
    "truncated xlsx": (workbook()[:-200], "damaged or was cut off"),
    "xlsx with damaged parts": (workbook()[:400] + b"\0" * 2_000 + workbook()[2_400:], "damaged"),
    "xml of another kind": (b"<?xml version='1.0'?><catalog><book/></catalog>", "“catalog”"),
    "xml without a deal": (
        b'<MESSAGE xmlns="http://www.mismo.org/residential/2009/schemas"><DEAL_SETS/></MESSAGE>',
        "without a DEAL",
    ),
    "xml cut off": (b"<MESSAGE><DEAL_SETS><DEAL_SET>", "not well formed"),
    "xml bomb": (
        b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><MESSAGE>&b;</MESSAGE>',
        "entities",
    ),
    "xml bomb in utf-16": (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><MESSAGE>&b;</MESSAGE>'.encode("utf-16"),
        "entities",
    ),
    "xml bomb behind a comment": (
        b"<!--" + b"x" * 100_000 + b'--><!DOCTYPE a [<!ENTITY b "c">]><MESSAGE><DEAL><x>&b;</x></DEAL></MESSAGE>',
        "entities",
    ),
    "half a utf-16 character": (b"\xff\xfe" + "Loan ID,Rate\nA1,6.5\n".encode("utf-16-le") + b"A", "breaks off"),
}


@pytest.mark.parametrize("case", list(BAD), ids=str)
def test_bad_file_gets_its_sentence(opened: Opener, case: str) -> None:
    content, words = BAD[case]
    with pytest.raises(Unreadable) as refusal:
        opened(content)
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(max_bytes=20), "at most 20"),
        (Bounds(max_rows=1), "at most 1 "),
        (Bounds(max_columns=2), "at most 2 "),
        (Bounds(max_cell_chars=3), "longer than 3 characters"),
        (Bounds(max_line_bytes=10), "longer than 10 bytes"),
    ],
)
def test_each_bound_is_named_in_its_sentence(opened: Opener, bounds: Bounds, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        opened(SIMPLE, bounds=bounds)


def test_a_cell_at_the_bound_is_read(opened: Opener) -> None:
    long = "x" * 2_000
    tape = opened(SIMPLE + f"A3,1.0,{long}\n", bounds=Bounds(max_cell_chars=2_000))
    assert cells(tape)[2] == ("A3", "1.0", long)


def test_ten_thousand_columns(opened: Opener) -> None:
    header = ",".join(f"Column name {n}" for n in range(10_000))
    with pytest.raises(Unreadable, match=r"10,000 columns; at most 1,000"):
        opened(f"{header}\n{','.join('1' * 10_000)}\n")


def test_line_of_a_hundred_megabytes_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"1234567,8" * 111_111)
    tracemalloc.start()
    with pytest.raises(Unreadable, match="A line of the file is longer than"):
        open_tape(path, name="line.csv")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


def test_long_line_far_behind_the_head_is_refused(opened: Opener) -> None:
    content = SIMPLE + "A1,6.125,Reno\n" * 100_000 + "x" * 300_000
    with pytest.raises(Unreadable, match="longer than 200,000 bytes"):
        opened(content, bounds=Bounds(max_line_bytes=200_000))


def test_zip_bomb_is_refused_by_its_directory(opened: Opener) -> None:
    with pytest.raises(Unreadable, match="more than 200 times"):
        opened(archive({"a.csv": "A" * 120_000_000}), name="a.zip")
    with pytest.raises(Unreadable, match="more than 1,000,000 bytes"):
        opened(archive({"a.csv": "A" * 1_000_001}), name="a.zip", bounds=Bounds(max_bytes=1_000_000))


def test_gzip_bomb_is_stopped_while_unpacking(opened: Opener) -> None:
    with pytest.raises(Unreadable, match="more than 200 times"):
        opened(gzip.compress(b"A" * 120_000_000), name="a.gz")


def test_workbook_over_the_bound_is_refused_before_it_is_read(opened: Opener) -> None:
    with pytest.raises(Unreadable, match=r"The workbook unpacks to .* at most 5,000"):
        opened(workbook(), name="a.xlsx", bounds=Bounds(max_workbook_bytes=5_000))


def test_xml_without_end_of_a_deal_is_stopped(opened: Opener) -> None:
    content = b"<MESSAGE><DEAL>" + b"<a>1</a>" * 50_000 + b"</DEAL></MESSAGE>"
    with pytest.raises(Unreadable, match="without the end of a DEAL"):
        opened(content, bounds=Bounds(max_deal_bytes=100_000))
    with pytest.raises(Unreadable, match="more than 1,000 elements"):
        opened(content, bounds=Bounds(max_deal_elements=1_000))


def test_unknown_layout_is_named(opened: Opener) -> None:
    with pytest.raises(Unreadable, match="no layout “ginnie”"):
        opened(SIMPLE, layout="ginnie")
