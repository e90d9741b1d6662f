"""The lifecycle of a tape version: a table of transitions, nothing else.

A status moves only by ``UPDATE … WHERE status = <from>`` (see ``loans.services.tapes.move``), so two workers can never
both make the same step. ``docs/lifecycles.md`` is generated from this table.
"""

from enum import StrEnum


class TapeStatus(StrEnum):
    READING = "reading"  # the file is kept; its layout and columns are being found
    UNREADABLE = "unreadable"  # the file could not be read; the problem says why
    MAPPING = "mapping"  # waits for a person to confirm the columns
    PREPARING = "preparing"  # columns confirmed; text becomes typed values and a snapshot
    READY = "ready"  # the snapshot and its parts are there; runs can check it


TAPE_TRANSITIONS: dict[TapeStatus, tuple[TapeStatus, ...]] = {
    TapeStatus.READING: (TapeStatus.MAPPING, TapeStatus.UNREADABLE),
    TapeStatus.MAPPING: (TapeStatus.PREPARING, TapeStatus.MAPPING),
    TapeStatus.PREPARING: (TapeStatus.READY, TapeStatus.UNREADABLE),
    TapeStatus.UNREADABLE: (),
    TapeStatus.READY: (),
}
