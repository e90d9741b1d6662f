"""The redacted tape of a lot as a file: CSV part by part, XLSX row by row, and a note of who took it."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import transaction

from accounts.models import User
from diligence.services import workbooks
from diligence.services.rulebooks import mapping_of
from loans.domain.harmless import harmless_frame
from loans.models import TapeChunk
from loans.services.files import read_parquet
from portfolios.domain.redaction import redacted, redaction
from portfolios.models import Bidder, BundleLoan, Lot, SaleEvent
from portfolios.policies import rooms as policies

KINDS = ("csv", "xlsx")
BLOCK = 64 * 1024


@transaction.atomic
def take(*, lot: Lot, bidder: Bidder | None, kind: str, by: User, at: datetime) -> Lot:
    """Let a person take the redacted tape of a lot, and note that they did; raises NotAllowed with the reason."""
    policies.check_can_take_tape(by, lot, bidder)
    facts = {"lot": lot.code, "file": kind, "tape": lot.tape_sha256}
    SaleEvent.objects.create(sale=lot.sale, at=at, by=by, kind="tape_taken", facts=facts, public=False)
    return lot


def file_name(lot: Lot, kind: str) -> str:
    """A name that says which sale and lot, that it is redacted, and which list of loans: the start of its hash."""
    return f"{lot.sale.number}_lot-{lot.code}_redacted_{lot.tape_sha256[:12]}.{kind}"


def frames(lot: Lot) -> Iterator[pl.DataFrame]:
    """The loans of a lot as bidders see them, one frame a part of the tape; the first is there even without loans.

    Loans that the purchaser left out, or that an addendum dropped, are not among them.
    """
    if lot.bundle is None:
        return
    run, kept = lot.bundle.run, kept_rows(lot).implode()
    known = mapping_of(run).fields
    columns = [name for name in redaction().columns if name in known]
    for chunk in TapeChunk.objects.filter(version_id=run.version_id).order_by("number"):
        part = read_parquet(chunk.typed, columns=["row_no", *columns])
        yield harmless_frame(redacted(part.filter(pl.col("row_no").is_in(kept))))


def kept_rows(lot: Lot) -> pl.Series:
    """Row numbers of the loans that are for sale."""
    kept = BundleLoan.objects.filter(bundle=lot.bundle_id, kicked_out="")
    rows = kept.exclude(loan_id__in=lot.details.get("dropped", [])).values_list("row_no", flat=True)
    return pl.Series("row_no", list(rows), dtype=pl.Int64)


def csv(lot: Lot) -> Iterator[bytes]:
    """The tape as CSV in UTF-8, part by part."""
    yield b"\xef\xbb\xbf"  # Excel takes a CSV file for UTF-8 only with this mark
    for number, part in enumerate(frames(lot)):
        yield part.write_csv(include_header=number == 0).encode()


def xlsx(lot: Lot) -> Iterator[bytes]:
    """The tape as a workbook that says on its first sheet what it is; written to a file first, then sent in blocks."""
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        path = Path(folder) / "tape.xlsx"
        workbooks.write(path, frames(lot), sheet=f"Lot {lot.code}", about=about(lot))
        with path.open("rb") as written:
            while block := written.read(BLOCK):
                yield block


def about(lot: Lot) -> list[tuple[str, str]]:
    """What the workbook says of itself."""
    return [
        ("Sale", f"{lot.sale.number} {lot.sale.name}"),
        ("Lot", f"{lot.code}. {lot.name}"),
        ("Loans", f"{lot.loan_count:,}"),
        ("Balance, USD", f"{lot.upb:,.2f}"),
        ("SHA-256 of the list of loans", lot.tape_sha256),
        ("Redacted", "Without names, addresses and numbers of borrowers; ZIP codes cut to three digits."),
    ]
