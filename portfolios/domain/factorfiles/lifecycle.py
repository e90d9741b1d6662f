"""What becomes of a file: read, imported, or refused with the sentence that says why."""

from enum import StrEnum


class FileStatus(StrEnum):
    READING = "reading"  # received; a worker imports it
    IMPORTED = "imported"
    UNREADABLE = "unreadable"


FILE_TRANSITIONS: dict[FileStatus, tuple[FileStatus, ...]] = {
    FileStatus.READING: (FileStatus.IMPORTED, FileStatus.UNREADABLE),
    FileStatus.IMPORTED: (),
    FileStatus.UNREADABLE: (FileStatus.READING,),  # the same bytes were sent again, or a later version knows them
}
