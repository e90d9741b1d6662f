"""Reading an upload: find its layout and columns, and propose what each column means."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from loans.domain.formats import OpenTape, Unreadable, open_tape, refuse_not_for_sale
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping, header_signature, profile_of, propose
from loans.domain.purposes import TapePurpose
from loans.models import SavedMapping, TapeVersion
from loans.services.files import local_file
from loans.services.leases import MAX_ATTEMPTS, claim
from loans.services.tapes import move
from loans.services.texts import bounds, cut_facts

logger = logging.getLogger(__name__)
FIRST_ROWS = 20
KILLS = 15
Clock = Callable[[], datetime]


def read(*, version_id: int, clock: Clock) -> TapeVersion | None:
    """Read the file of a version and store the proposed columns. Does nothing when another worker holds the step.

    A file that cannot be read ends as `unreadable` with the sentence that says why; it is never an exception here.
    """
    version = claim(version_id, status=TapeStatus.READING, at=clock())
    if version is None:
        return None
    try:
        with local_file(version.original) as path:
            describe(version, path)
    except Unreadable as problem:
        refuse(version, str(problem), frm=TapeStatus.READING)
    except Exception:
        give_up_if_hopeless(version, frm=TapeStatus.READING)
        raise
    return version


def describe(version: TapeVersion, path: Path) -> None:
    tape = open_tape(path, name=version.filename, bounds=bounds(), unpack_dir=path.parent)
    purpose = TapePurpose(version.tape.purpose)
    if purpose is TapePurpose.SALE:
        refuse_not_for_sale(tape)
    seen = profile_of(tape)
    proposal = propose(
        seen,
        layout=tape.layout,
        saved=saved_mapping(version, tape.columns) or earlier_mapping(version, tape.columns),
        percent_columns=tape.percent_columns,
        purpose=purpose,
    )
    with transaction.atomic():
        move(
            version,
            frm=TapeStatus.READING,
            to=TapeStatus.MAPPING,
            layout=tape.layout.code,
            facts=facts_of(tape) | cut_facts(tape, path),
            columns=[asdict(match) for match in proposal.matches],
            mapping=proposal.mapping().to_json(),
            profile=seen.to_json(),
            row_count=seen.rows,
            lease_until=None,
            attempts=0,
        )


def saved_mapping(version: TapeVersion, columns: Sequence[str]) -> Mapping | None:
    """The lender's newest mapping for a file with the same header."""
    saved = SavedMapping.objects.filter(
        organization_id=version.tape.organization_id, header_signature=header_signature(columns)
    ).first()
    return Mapping.from_json(saved.mapping) if saved else None


def earlier_mapping(version: TapeVersion, columns: Sequence[str]) -> Mapping | None:
    """What a person confirmed for the newest earlier version of the tape with the same header."""
    earlier = version.tape.versions.filter(
        number__lt=version.number, mapped_at__isnull=False, facts__header_signature=header_signature(columns)
    )
    newest = earlier.order_by("-number").values_list("mapping", flat=True).first()
    return Mapping.from_json(newest) if newest else None


def facts_of(tape: OpenTape) -> dict[str, object]:
    return {
        "layout_title": tape.layout.title,
        "container": tape.container,
        "sheet": tape.sheet,
        "header_row": tape.header_row,
        "encoding": tape.encoding,
        "delimiter": tape.delimiter,
        "columns": list(tape.columns),
        "header_signature": header_signature(tape.columns),
        "percent_columns": sorted(tape.percent_columns),
        "first_rows": first_rows(tape),
        "notes": [asdict(note) for note in tape.notes],
    }


def first_rows(tape: OpenTape) -> list[list[str | None]]:
    """The cells of the first rows, in the order of the columns, so that a person sees how they will be read."""
    return [list(row) for row in tape.head(FIRST_ROWS).drop("row_no").iter_rows()]


def refuse(version: TapeVersion, sentence: str, *, frm: TapeStatus) -> None:
    move(version, frm=frm, to=TapeStatus.UNREADABLE, problem=sentence, lease_until=None)


def fail_hopeless(*, at: datetime) -> int:
    """Give up on the files that end their worker each time they are read; how many there were.

    Such a worker says nothing. Its tries are counted for as long as the longest task may take, in leases.
    """
    ended = TapeVersion.objects.filter(attempts__gte=KILLS, status__in=(TapeStatus.READING, TapeStatus.PREPARING))
    hopeless = ended.filter(Q(lease_until=None) | Q(lease_until__lt=at))
    for version in hopeless:
        logger.error("tape version %s ended its worker %s times", version.pk, version.attempts)
        refuse(version, on_our_side(version), frm=TapeStatus(version.status))
    return len(hopeless)


def give_up_if_hopeless(version: TapeVersion, *, frm: TapeStatus) -> None:
    """After several failures that no sentence explains, tell the person instead of trying for ever."""
    version.refresh_from_db(fields=["attempts"])
    if version.attempts >= MAX_ATTEMPTS:
        logger.exception("tape version %s could not be worked on after %s attempts", version.pk, version.attempts)
        refuse(version, on_our_side(version), frm=frm)


def on_our_side(version: TapeVersion) -> str:
    return (
        f"The file was kept, but reading it failed {version.attempts} times for a reason on our side. "
        "Staff can see the cause in the log; the tape can be uploaded again after that."
    )
