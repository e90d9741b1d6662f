"""Check a sale's record again: chain, envelopes, what they hold, and the awards."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portfolios.domain.salerecord import NotARecord, Record, record_from_bytes, verified_sale
from portfolios.domain.sales import SaleStatus
from portfolios.models import Sale
from portfolios.services.salerecords import record_of

READABLE = (SaleStatus.OPENED, SaleStatus.AWARDED, SaleStatus.SETTLED, SaleStatus.NO_AWARD)
MOST_BYTES = 512 * 1024 * 1024


class Command(BaseCommand):
    """Exit code 0 when everything holds, 1 when something does not or there is nothing to check."""

    help = "Check a sale again, from the published record (a file) or from the database (a number)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sale", help="a record file, or the number of a sale such as S-2026-0001")
        parser.add_argument("--json", action="store_true", help="print one object instead of lines")

    def handle(self, *args: Any, sale: str, **options: Any) -> None:
        record = read(sale)
        findings = verified_sale(record)
        if options["json"]:
            checks = [{"check": each.check, "holds": each.holds, "sentence": each.sentence} for each in findings]
            self.stdout.write(json.dumps({"sale": record.sale, "checks": checks}))
        else:
            for each in findings:
                self.stdout.write(f"{'holds ' if each.holds else 'BROKEN'}  {each.check:<10} {each.sentence}")
        if not all(each.holds for each in findings):
            raise CommandError(f"The record of {record.sale} does not hold.")


def read(name: str) -> Record:
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


def read_file(path: Path) -> Record:
    if path.stat().st_size > MOST_BYTES:
        raise CommandError(f"{path.name} has more than {MOST_BYTES // 1024**2} MB; no record is that large.")
    try:
        return record_from_bytes(path.read_bytes())
    except NotARecord as error:
        raise CommandError(f"{path.name}: {error}") from None
