"""Files that are no tapes, or tapes with something wrong, written small."""

import io
import zipfile
from pathlib import Path

HEADER = b"Loan Number,Note Amount,Note Rate,State\n"
ROW = b"1001,250000,6.125,TX\n"

BOMB = (
    b"""<?xml version="1.0"?>
<!DOCTYPE MESSAGE [<!ENTITY a "aaaaaaaaaa">"""
    + b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9))
    + b"]><MESSAGE>&j;</MESSAGE>"
)


def empty(folder: Path) -> Path:
    return _write(folder / "empty.csv", b"")


def binary(folder: Path) -> Path:
    return _write(folder / "binary.csv", bytes(range(256)) * 40)


def truncated_zip(folder: Path) -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tape.csv", HEADER + ROW * 500)
    return _write(folder / "truncated.zip", packed.getvalue()[: len(packed.getvalue()) // 2])


def ten_thousand_columns(folder: Path) -> Path:
    names = b",".join(b"Column %d" % number for number in range(10_000))
    return _write(folder / "wide.csv", names + b"\n" + b",".join([b"1"] * 10_000) + b"\n")


def xml_bomb(folder: Path) -> Path:
    return _write(folder / "bomb.xml", BOMB)


def duplicate_headers(folder: Path) -> Path:
    return _write(
        folder / "twice.csv", b"Loan Number,Note Amount,Note Amount\n1001,250000,260000\n1002,300000,300000\n"
    )


def ragged_rows(folder: Path) -> Path:
    return _write(folder / "ragged.csv", HEADER + ROW * 3 + b"1004,250000\n1005,250000,6.125,TX,left over\n" + ROW)


def wrong_encoding(folder: Path) -> Path:
    """Announced as UTF-8 by its byte order mark, and written as Windows text."""
    row = b"1001,250000,6.125,Ca\xf1on City\n"
    return _write(folder / "latin.csv", b"\xef\xbb\xbf" + HEADER.replace(b"State", b"City") + row * 3)


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
