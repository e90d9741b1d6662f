"""Small tapes as bytes, made of a clean loan and what a test changes in it."""

import csv
import io
from collections.abc import Iterable

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from diligence.models import Run
from diligence.services import finishing, runs
from loans.domain.mapping import Mapping
from loans.models import Tape, TapeVersion
from loans.services import intake, tapes
from tests.diligence.services.pipeline import NOW, TODAY, clock, completed, uploaded

LOAN = {
    "Loan Number": "7000388104",
    "Note Amount": "312000",
    "Current UPB": "288410.22",
    "Note Rate": "6.625",
    "Note Date": "01/15/2021",
    "First Payment Date": "03/01/2021",
    "Maturity Date": "02/01/2051",
    "LTV": "78",
    "Credit Score": "742",
    "DTI": "31.5",
    "Property State": "OR",
    "ZIP": "97201",
    "Number of Units": "1",
    "Occupancy": "PrimaryResidence",
    "Loan Purpose": "Purchase",
    "Property Type": "Detached",
    "Remark": "of no field",
}


def csv_of(*changes: dict[str, str], rows: int = 0) -> bytes:
    """A comma-separated tape: a row for each dict of changed cells, or `rows` clean ones; loan numbers count up."""
    wanted: Iterable[dict[str, str]] = changes or ({} for _ in range(rows))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(LOAN))
    writer.writeheader()
    for number, changed in enumerate(wanted):
        writer.writerow(LOAN | {"Loan Number": str(7000388104 + number)} | changed)
    return out.getvalue().encode()


def checked(by: User, content: bytes, name: str = "tape.csv") -> Run:
    """The run of a tape that went the whole way, fields it lacks accepted."""
    return checked_again(by, uploaded(by, content, name))


def checked_again(by: User, version: TapeVersion) -> Run:
    """The run of a version whose columns are taken as proposed."""
    assert version.status == "mapping", version.problem
    mapping = Mapping.from_json(version.mapping or {})
    run = runs.start(version=version, criteria=None, as_of=TODAY, by=by, at=NOW, mapping=mapping, accept_missing=True)
    run = completed(run)
    finishing.finish(run_id=run.pk, clock=clock)  # a tape without loans has no last part that asks for it
    run.refresh_from_db()
    return run


def next_version(tape: Tape, by: User, content: bytes) -> TapeVersion:
    """Another file of a tape, read and waiting for its columns."""
    received = tapes.receive(upload=SimpleUploadedFile("next.csv", content), by=by, at=NOW, tape=tape)
    intake.read(version_id=received.version.pk, clock=clock)
    received.version.refresh_from_db()
    return received.version
