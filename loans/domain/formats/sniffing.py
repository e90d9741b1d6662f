"""What kind of file this is, told by its first bytes; a file of another kind gets a sentence that names it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile, ZipFile

from loans.domain.formats.tape import Bounds, Unreadable

Kind = Literal["text", "xlsx", "xml", "zip", "gzip"]

HEAD_BYTES = 1 << 16

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_WORKBOOK = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"\s*(<!doctype\s+html|<html|<head|<body|<table|<div)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\{\s*(["}]|$)|\[\s*[\[{"\]]|\[\s*-?\d)')
_XML = re.compile(rb"\s*<(\?xml|!--|!DOCTYPE|[A-Za-z_][\w.:-]*[\s/>])", re.IGNORECASE)
_OFFICE = (
    ("xl/workbook.xml", ""),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
)
_CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27})

CURE = "export the tape as CSV or XLSX and send that."


def kind_of(path: Path, bounds: Bounds) -> Kind:
    """The kind of a file; Unreadable with the reason when it is empty, over the size bound or not a tape format."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("The file is empty (0 bytes); check the export and send it again.")
    if size > bounds.max_bytes:
        raise Unreadable(
            f"The file has {size:,} bytes; at most {bounds.max_bytes:,} can be read. Split the tape or compress it."
        )
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return _kind_of_head(head, path)


def _kind_of_head(head: bytes, path: Path) -> Kind:
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _kind_of_zip(path)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(_OLE):
        raise Unreadable(_old_office_sentence(path))
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise Unreadable(f"The file is {what}, not a loan tape; {CURE}")
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> Kind:
    text = _as_ascii(head)
    if _HTML.match(text):
        raise Unreadable(f"The file is a web page (HTML), not a loan tape; {CURE}")
    if _JSON.match(text):
        raise Unreadable(f"The file is JSON, not a loan tape; {CURE}")
    if _XML.match(text):
        return "xml"
    refuse_binary(text)
    return "text"


def _as_ascii(head: bytes) -> bytes:
    """The head as single bytes, so that the same patterns serve UTF-16 files."""
    encoding = encoding_of(head)
    if encoding.startswith("utf-16"):
        return head[: len(head) // 2 * 2].decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def refuse_binary(text: bytes) -> None:
    """Refuse bytes of which more than one in a hundred is a control character, or any is zero."""
    control = len(text) - len(text.translate(None, _CONTROL))
    if b"\0" in text or control * 100 > len(text):
        raise Unreadable(f"The file holds binary data, not text, so it is no loan tape or it is damaged; {CURE}")


def _kind_of_zip(path: Path) -> Kind:
    try:
        with ZipFile(path) as archive:
            members = set(archive.namelist())
    except (BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise Unreadable(
            "The ZIP or Excel file is damaged or was cut off on its way; send the whole file again."
        ) from error
    for member, what in _OFFICE:
        if member in members:
            return _office_kind(what)
    if "content.xml" in members and "mimetype" in members:
        raise Unreadable("The file is an OpenDocument file; save the sheet as XLSX or CSV and send that.")
    return "zip"


def _office_kind(what: str) -> Kind:
    if what:
        raise Unreadable(f"The file is {what}; save the tape as XLSX or CSV and send that.")
    return "xlsx"


def _old_office_sentence(path: Path) -> str:
    if _ENCRYPTED_WORKBOOK in path.read_bytes():
        return "The workbook is protected with a password; remove the password in Excel and send it again."
    return "The file is an old Excel workbook (.xls) or another old Office file; save it as XLSX or CSV and send that."


def encoding_of(head: bytes) -> str:
    """The encoding told by a byte order mark or by the zeros of UTF-16; "utf-8" where nothing speaks against it."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > half * 0.7 and sample[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if sample[0::2].count(0) > half * 0.7 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return "utf-8"
