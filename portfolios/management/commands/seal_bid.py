"""`manage.py seal_bid`: seal a bid on a machine of one's own, to upload the envelope later. No database is needed.

Prices come from a file or are asked for; never from options, which shells keep in their history and show to others.
"""

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portfolios.domain.bidform import NotASheet, NotSealed, Sheet, sealed, sheet_from_bytes
from portfolios.domain.sealing import receipt_of

MOST_BYTES = 1024 * 1024
OWNER_ONLY = 0o600


class Command(BaseCommand):
    help = "Seal a bid to the openers of a sale, from its sheet and a bid in JSON, or from what is typed in."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sheet", type=Path, help="the sheet of the sale, downloaded from its page")
        parser.add_argument(
            "bid", type=Path, nargs="?", help="the bid as JSON; asked for on the terminal when left out"
        )
        parser.add_argument(
            "--out", type=Path, required=True, help="where the sealed bid is written; never overwritten"
        )

    def handle(self, *args: Any, sheet: Path, bid: Path | None, out: Path, **options: Any) -> None:
        try:
            found = sheet_from_bytes(_bytes(sheet))
            envelope = sealed(_read(bid) if bid else self.asked(found), found).to_bytes()
        except NotASheet as error:
            raise CommandError(f"{sheet.name}: {error}") from None
        except NotSealed as error:
            raise CommandError("\n".join(["The bid was not sealed.", *error.problems])) from None
        _write(out, envelope)
        self.stdout.write(f"Sealed for {found['sale']}, {found['name']}, due {found['deadline']}.")
        for each in found["openers"]:
            self.stdout.write(f"  to {each['name']}: {each['fingerprint']}")
        self.stdout.write(f"Receipt {receipt_of(envelope)}")
        self.stdout.write(f"Upload {out.name} on the page of the sale; the receipt it shows must be this one.")

    def asked(self, sheet: Sheet) -> dict[str, Any]:
        """A bid typed in on a terminal."""
        if not sys.stdin.isatty():
            raise CommandError("Name a file with the bid, or run this on a terminal to type it in.")
        if sheet["bidder"] == "reserve":
            return {"lots": self.asked_lots(sheet, "amount", "Reserve in dollars")}
        bid: dict[str, Any] = {"offers": []}
        while True:
            lots = self.asked_lots(sheet, "price", f"Offer {len(bid['offers']) + 1}, price")
            if not lots:
                break
            conditions = [input("  Condition, empty for none: ")] if sheet["terms"]["conditions"] else []
            bid["offers"].append({"lots": lots, "conditions": [each for each in conditions if each.strip()]})
            if not _yes("Another offer, independent of this one? [y/N] "):
                break
        bid["entity"], bid["signer"] = input("Buying entity: ").strip(), input("Name of the signer: ").strip()
        bid["certified"] = [each["code"] for each in sheet["certificates"] if _yes(f"{each['text']} [y/N] ")]
        for name, label in (("deposit_reference", "Reference of the deposit"), ("most_dollars", "Most to spend, USD")):
            if said := input(f"{label}, empty for none: ").strip():
                bid[name] = said
        return bid

    def asked_lots(self, sheet: Sheet, key: str, label: str) -> list[dict[str, str]]:
        """Prices by lot; the lots of one offer are taken together or not at all."""
        found = []
        for lot in sheet["lots"]:
            unit = "USD" if key == "amount" or lot["unit"] == "usd" else "percent of UPB"
            said = input(f"{label} for lot {lot['lot']} {lot['name']} ({unit}), empty for none: ").strip()
            if said:
                found.append({"lot": lot["lot"], key: said})
        return found


def _yes(question: str) -> bool:
    return input(question).strip().lower() in ("y", "yes")


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError(f"{path.name} has more than {MOST_BYTES // 1024} KB.")
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path.name} cannot be read: {error.strerror}.") from None


def _read(path: Path) -> Any:
    try:
        return json.loads(_bytes(path))
    except (ValueError, RecursionError):
        raise CommandError(f"{path.name} is not JSON.") from None


def _write(path: Path, envelope: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise CommandError(f"{path.name} is there already; name another file.") from None
    except OSError as error:
        raise CommandError(f"{path.name} cannot be written: {error.strerror}.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(envelope)
