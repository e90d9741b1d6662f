"""The one tape inside a .gz or .zip, unpacked within bounds."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile, ZipFile, ZipInfo

from loans.domain.formats.tape import Bounds, Unreadable

COPY_BYTES = 1 << 20
RATIO_COUNTS_FROM = 50_000_000
_ENCRYPTED = 0x1
_DAMAGED = (BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, OSError, NotImplementedError)


class _Packed(Protocol):
    def read(self, size: int, /) -> bytes: ...


def unpack_gzip(path: Path, folder: Path, bounds: Bounds) -> Path:
    """The file inside a .gz, written into `folder`."""
    target = folder / "unpacked"
    try:
        with gzip.open(path, "rb") as packed:
            _copy(packed, target, path.stat().st_size, bounds)
    except _DAMAGED as error:
        raise Unreadable(
            "The .gz file is damaged or was cut off on its way; compress the tape again and send the whole file."
        ) from error
    return target


def unpack_zip(path: Path, folder: Path, bounds: Bounds) -> Path:
    """The only file inside a .zip, written into `folder`."""
    target = folder / "unpacked"
    try:
        with ZipFile(path) as archive:
            member = _only_member(archive)
            refuse_bomb(member, bounds)
            with archive.open(member) as packed:
                _copy(packed, target, member.compress_size, bounds)
    except _DAMAGED as error:
        raise Unreadable(
            "The ZIP file is damaged or was cut off on its way; compress the tape again and send the whole file."
        ) from error
    return target


def _only_member(archive: ZipFile) -> ZipInfo:
    members = [member for member in archive.infolist() if not _is_clutter(member)]
    if not members:
        raise Unreadable("The ZIP file holds no file; put the tape in it and send it again.")
    if len(members) > 1:
        raise Unreadable(f"The ZIP file holds {len(members)} files; send a ZIP with exactly one tape in it.")
    if members[0].flag_bits & _ENCRYPTED:
        raise Unreadable("The ZIP file is protected with a password; send it without one.")
    return members[0]


def _is_clutter(member: ZipInfo) -> bool:
    name = member.filename.rsplit("/", 1)[-1]
    shadow = member.filename.startswith("__MACOSX/") or name.startswith("._")
    return member.is_dir() or shadow or name in {".DS_Store", "Thumbs.db"}


def refuse_bomb(member: ZipInfo, bounds: Bounds) -> None:
    """Refuse a ZIP member by the sizes in the directory, before a byte of it is unpacked."""
    if member.file_size > bounds.max_bytes:
        raise _too_large(bounds)
    _refuse_ratio(member.file_size, member.compress_size, bounds)


def _copy(packed: _Packed, target: Path, packed_size: int, bounds: Bounds) -> None:
    written = 0
    with target.open("wb") as out:
        while piece := packed.read(COPY_BYTES):
            written += len(piece)
            if written > bounds.max_bytes:
                raise _too_large(bounds)
            _refuse_ratio(written, packed_size, bounds)
            out.write(piece)


def _refuse_ratio(unpacked: int, packed: int, bounds: Bounds) -> None:
    if unpacked > RATIO_COUNTS_FROM and unpacked > packed * bounds.max_zip_ratio:
        raise Unreadable(
            f"The file unpacks to more than {bounds.max_zip_ratio} times its size, the most that is unpacked; "
            "send the tape without compression."
        )


def _too_large(bounds: Bounds) -> Unreadable:
    return Unreadable(
        f"The file unpacks to more than {bounds.max_bytes:,} bytes, the most that is read; split the tape."
    )
