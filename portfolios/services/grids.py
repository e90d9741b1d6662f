"""Price grids: loading them, finding the same bytes again, retiring them, and the templates to fill."""

import csv
import io
import tempfile
from datetime import datetime
from pathlib import Path

from django.core.files.base import File
from django.db import transaction

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from loans.services.files import sha256_of
from portfolios.domain.grids import KINDS, GridProblem, Unusable, read_grid
from portfolios.models.plans import PriceGrid
from portfolios.policies import plans as policies

MOST_BYTES = 10_000_000
BLOCK = 1024 * 1024


def load(
    *,
    organization: Organization,
    name: str,
    kind: str,
    as_of: datetime,
    expires_at: datetime | None,
    source: str,
    upload: File,
    by: User,
    at: datetime,
) -> PriceGrid:
    """Read a file of prices and keep it, typed and checked; the same bytes as of the same time are found again.

    `upload` is a CSV or XLSX file that fills the template of its `kind` (`portfolios.domain.grids.KINDS`). Raises
    NotAllowed for what the person may not do or left out, and `Unusable` with a `GridProblem(row, field, sentence,
    cure)` for every cell that is wrong.
    """
    policies.check_can_price(by, organization)
    _check_said(name, kind, source, as_of, expires_at, at)
    if (upload.size or 0) > MOST_BYTES:
        raise Unusable([GridProblem(0, "", "The file has more than 10 MB.", "Send only the prices.")])
    digest = sha256_of(upload)
    rows = _rows_of(kind, upload)
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=organization.pk)  # two uploads of one lender take turns
        known = {"organization": organization, "kind": kind, "sha256": digest, "as_of": as_of}
        same = PriceGrid.objects.filter(**known, expires_at=expires_at, retired_at=None).first()
        if same:
            return same
        grid = PriceGrid(
            **known,
            name=name.strip(),
            expires_at=expires_at,
            source=source.strip(),
            filename=(upload.name or "")[-255:],
            rows=rows,
            loaded_by=by,
            loaded_at=at,
        )
        upload.seek(0)
        grid.original.save(Path(upload.name or kind).name, upload, save=False)
        grid.save()
        return grid


def retire(*, grid: PriceGrid, by: User, at: datetime) -> PriceGrid:
    """Take a grid out of use; plans that used it keep it."""
    policies.check_can_retire(by, grid)
    PriceGrid.objects.filter(pk=grid.pk, retired_at=None).update(retired_at=at)
    grid.refresh_from_db()
    return grid


def template(kind: str) -> bytes:
    """The CSV template of a kind: its header, for people to fill. KeyError for a kind that is not known."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(KINDS[kind].header)
    return buffer.getvalue().encode()


def _check_said(name: str, kind: str, source: str, as_of: datetime, expires_at: datetime | None, at: datetime) -> None:
    wrong = {
        "Choose a kind of prices of the list.": kind not in KINDS,
        "Give the grid a name.": not name.strip(),
        "Say who quoted the prices.": not source.strip(),
        "Prices cannot be as of a later time than now.": as_of > at,
        "Prices expire after the time they are as of.": expires_at is not None and expires_at <= as_of,
    }
    for sentence, holds in wrong.items():
        if holds:
            raise NotAllowed(sentence)


def _rows_of(kind: str, upload: File) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory(prefix="plumbline-grid-") as folder:
        path = Path(folder) / "grid"
        with path.open("wb") as target:
            for block in upload.chunks(BLOCK):
                target.write(block)
        return read_grid(KINDS[kind], path, name=Path(upload.name or "grid").name)
