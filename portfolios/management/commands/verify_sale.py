"""Check a sale's record again: chain, envelopes, what they hold, and the awards."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portfolios.domain.salerecord import (
    BidderRecord,
    Finding,
    Kept,
    NotARecord,
    Record,
    bidder_record_from_json,
    is_bidder_record,
    record_from_json,
    unsummed,
    verified_bidder_record,
    verified_sale,
)
from portfolios.domain.sales import SaleStatus
from portfolios.models import Sale
from portfolios.services.salerecords import record_of

READABLE = (SaleStatus.OPENED, SaleStatus.AWARDED, SaleStatus.SETTLED, SaleStatus.NO_AWARD)
MOST_BYTES = 512 * 1024 * 1024
BROKEN, PARTLY = 1, 3  # 2 is what the command line itself says of options it does not know
MARKS = {"holds": "holds ", "broken": "BROKEN", "unchecked": "?     "}


class Command(BaseCommand):
    """Exit code 0 when everything was checked and holds, 3 when all that could be checked holds and something could
    not be checked, 1 when something does not hold or there is nothing to check.
    """

    help = (
        "Check a sale again, from a published record (a file) or from the database (a number). Exit code 0: everything "
        "was checked and holds; 3: what could be checked holds, the lines with ? could not be; 1: something is broken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sale", help="a record file, or the number of a sale such as S-2026-0001")
        parser.add_argument("--json", action="store_true", help="print one object instead of lines")
        parser.add_argument("--head", default="", help="the head of the record that was sent to you")
        parser.add_argument("--terms-hash", default="", help="the hash of the terms as they were announced")
        parser.add_argument("--receipt", action="append", default=[], help="a receipt of yours; may be repeated")

    def handle(self, *args: Any, sale: str, **options: Any) -> None:
        record = read(sale)
        kept = Kept(options["head"], options["terms_hash"], tuple(options["receipt"]))
        findings = checked(record, kept)
        self.stdout.write(as_json(record.sale, findings) if options["json"] else as_lines(findings))
        if any(each.holds is False for each in findings):
            raise CommandError(f"The record of {record.sale} does not hold.", returncode=BROKEN)
        if any(each.holds is None for each in findings):
            said = f"What could be checked of the record of {record.sale} holds. The lines with ? could not be checked."
            raise CommandError(said, returncode=PARTLY)


def checked(record: Record | BidderRecord, kept: Kept) -> list[Finding]:
    """Every finding about a record of either form."""
    if isinstance(record, BidderRecord):
        return verified_bidder_record(record, kept)
    return verified_sale(record, kept)


def as_lines(findings: list[Finding]) -> str:
    return "\n".join(f"{MARKS[each.state]}  {each.check:<10} {each.sentence}" for each in findings)


def as_json(sale: str, findings: list[Finding]) -> str:
    """`holds` is null where a thing could not be checked."""
    checks = [{"check": each.check, "holds": each.holds, "sentence": each.sentence} for each in findings]
    return json.dumps({"sale": sale, "checks": checks})


def read(name: str) -> Record | BidderRecord:
    """The record behind a file's path or a sale's number; CommandError with a sentence where there is none."""
    path = Path(name)
    if path.is_file():
        return read_file(path)
    found = Sale.objects.filter(number=name).first()
    if found is None:
        raise CommandError(f"There is no file and no sale {name}.")
    if found.status not in READABLE:
        raise CommandError(f"The bids of {name} are not open yet, so there is nothing to check.")
    return record_of(found)


def read_file(path: Path) -> Record | BidderRecord:
    """The record in a file, whichever form it has."""
    if path.stat().st_size > MOST_BYTES:
        raise CommandError(f"{path.name} has more than {MOST_BYTES // 1024**2} MB; no record is that large.")
    try:
        found = unsummed(path.read_bytes())
        return bidder_record_from_json(found) if is_bidder_record(found) else record_from_json(found)
    except NotARecord as error:
        raise CommandError(f"{path.name}: {error}") from None
