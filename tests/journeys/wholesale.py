"""The people of one whole sale, what of it is done through services, and what is looked up inside the installation."""

import csv
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from tests.journeys import people
from tests.journeys.people import PASSWORD, Person
from tests.running import Running

CENT = Decimal("0.01")
SELLER = Person("Hana Kestrel", "hana@kestrel.example", "Kestrel Savings", "lender", ("uploader", "manager"))
SECOND = Person("Erik Kestrel", "erik@kestrel.example", "Kestrel Savings", "lender", ("manager",))
ADVISER = Person("Ada Harbor", "ada@harbor.example", "Harbor Advisers", "purchaser", ("reviewer",))
WITNESS = Person("Wim Civic", "wim@civic.example", "Civic Trust", "purchaser", ("reviewer",))
LINKED = Person("Lin Heron", "lin@heron.example", "Heron Capital", "investor", ("bidder", "analyst"))
FIRST = Person("Finn Egret", "finn@egret.example", "Egret Partners", "investor", ("bidder",))
TIED = Person("Tia Bittern", "tia@bittern.example", "Bittern Loan Fund", "investor", ("bidder",))
GONE = Person("Gus Plover", "gus@plover.example", "Plover Mortgage Trust", "investor", ("bidder",))
BIDDERS = (LINKED, FIRST, TIED, GONE)
OPENERS = (SELLER, ADVISER, WITNESS)

ADMIT = """
import json
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from portfolios.models import Sale
from portfolios.queries.bidding.agreements import agreement_for
from portfolios.services import bidders
from portfolios.services.demosales import STATEMENT
sale, now = Sale.objects.get(number=NUMBER), timezone.now()
seller = User.objects.get(email=SELLER_EMAIL)
for email in json.loads(EMAILS):
    who = User.objects.get(email=email)
    bidder = sale.bidders.get(organization=who.organization)
    bidders.sign_agreement(bidder=bidder, text=agreement_for(bidder).text, by=who, at=now)
    bidders.state(bidder=bidder, statement={"entity": who.organization.name, **STATEMENT}, by=who)
    bidders.qualify(bidder=bidder, until=(now + timedelta(days=30)).date(), deposit=0, by=seller, at=now)
print(json.dumps(True))
"""
DUE_SOON = """
import json
from datetime import timedelta
from django.utils import timezone
from portfolios.models import Sale
due = timezone.now() + timedelta(seconds=SECONDS)
Sale.objects.filter(number=NUMBER, status="draft").update(bids_due_at=due)
print(json.dumps(due.timestamp()))
"""
LOTS = """
import json
from portfolios.models import BundleLoan, Lot
lots = Lot.objects.filter(sale__number=NUMBER).order_by("code")
print(json.dumps({lot.code: [str(lot.upb), list(BundleLoan.objects.filter(bundle=lot.bundle, kicked_out="")
    .order_by("row_no").values_list("loan_id", flat=True))] for lot in lots}))
"""
EVERYWHERE = """
import io, json
from pathlib import Path
import redis
from django.conf import settings
from django.db import connection
found = []
def look(where, data):
    found.extend(f"{canary} in {where}" for canary in json.loads(CANARIES) if canary.encode() in data)
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        kept = io.BytesIO()
        with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
            for row in rows:
                kept.write(row)
        look(f"table {table}", kept.getvalue())
tables = len(connection.introspection.table_names())
cache = redis.Redis.from_url(settings.REDIS_URL)
keys = list(cache.scan_iter())
for key in keys:
    look(f"cache {key}", key + (cache.dump(key) or b""))
files = [path for folder in (settings.MEDIA_ROOT, LOGS) for path in Path(folder).rglob("*") if path.is_file()]
for path in files:
    look(f"file {path}", path.read_bytes())
print(json.dumps([found, tables, len(files)]))
"""


def make_people(site: Running) -> None:
    mine = {person.email: asdict(person) for person in (*OPENERS, SECOND, *BIDDERS)}
    assert site.ask(people.MAKE, PEOPLE=json.dumps(list(mine.values())), PASSWORD=PASSWORD)


def admit(site: Running, number: str) -> None:
    """Every bidder signs the agreement, sends its statement, and is qualified."""
    emails = json.dumps([person.email for person in BIDDERS])
    assert site.ask(ADMIT, NUMBER=number, SELLER_EMAIL=SELLER.email, EMAILS=emails)


def due_in(site: Running, number: str, seconds: int) -> datetime:
    """Bids of a draft are due so many seconds from now: two weeks are too long for a test."""
    return datetime.fromtimestamp(site.ask(DUE_SOON, NUMBER=number, SECONDS=seconds))


@dataclass(frozen=True)
class LotSold:
    upb: Decimal
    loans: tuple[str, ...]


def lots_of(site: Running, number: str) -> dict[str, LotSold]:
    found = site.ask(LOTS, NUMBER=number)
    return {code: LotSold(Decimal(upb), tuple(loans)) for code, (upb, loans) in found.items()}


def assert_nowhere(site: Running, canaries: Iterable[str]) -> None:
    """No sealed price stands in any table, file, log or key of the cache."""
    found, tables, files = site.ask(EVERYWHERE, CANARIES=json.dumps(list(canaries)), LOGS=str(site.var / "log"))
    assert found == []
    assert tables > 60
    assert files > 5


Offer = tuple[str, Mapping[str, str]]  # who, and the price of each lot, all or none


def best_by_hand(lots: Mapping[str, LotSold], offers: Iterable[Offer]) -> tuple[Decimal, list[Offer]]:
    """The set of offers, no lot twice, that pays most: every set is tried; of equal ones the first stands."""
    known = list(offers)
    best: tuple[Decimal, list[Offer]] = (Decimal(0), [])
    for size in range(1, len(known) + 1):
        for chosen in itertools.combinations(known, size):
            codes = [code for _, prices in chosen for code in prices]
            total = sum((dollars(lots[code].upb, prices[code]) for _, prices in chosen for code in prices), Decimal(0))
            if len(codes) == len(set(codes)) and total > best[0]:
                best = total, list(chosen)
    return best


def dollars(upb: Decimal, percent: str) -> Decimal:
    return (upb * Decimal(percent) / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class ByHand:
    """What a settlement comes to, worked out from the tape that the lender uploaded."""

    price: Decimal
    accrued: Decimal

    @property
    def funds(self) -> Decimal:
        return self.price + self.accrued


def settled_by_hand(
    tape: Path, lots: Mapping[str, LotSold], prices: Mapping[str, str], out: Iterable[str], days: tuple[date, date]
) -> ByHand:
    """Price of the loans that stay and 30/360 interest up to the second of `days`, each loan to the cent.

    Interest runs from the date it is paid to, where the tape has none from the cut-off, the first of `days`.
    Every lot's price is spread evenly, the cents left over on its largest loan.
    """
    rows, gone = loans_of(tape), set(out)
    price, accrued = Decimal(0), Decimal(0)
    for code, percent in prices.items():
        each = spread({loan: Decimal(rows[loan]["Cur UPB"]) for loan in lots[code].loans}, percent)
        stay = [loan for loan in lots[code].loans if loan not in gone]
        price += sum((each[loan] for loan in stay), Decimal(0))
        accrued += sum((interest(rows[loan], *days) for loan in stay), Decimal(0))
    return ByHand(price, accrued)


def spread(balances: Mapping[str, Decimal], percent: str) -> dict[str, Decimal]:
    each = {loan: dollars(balance, percent) for loan, balance in balances.items()}
    largest = max(balances, key=lambda loan: balances[loan])
    each[largest] += dollars(sum(balances.values(), Decimal(0)), percent) - sum(each.values(), Decimal(0))
    return each


def interest(row: Mapping[str, str], cut_off: date, until: date) -> Decimal:
    """30/360 between days that are not the last of a month."""
    paid = datetime.strptime(row["LPI Date"], "%m/%d/%Y").date() if row["LPI Date"] else cut_off
    days = (until.year - paid.year) * 360 + (until.month - paid.month) * 30 + until.day - paid.day
    return (Decimal(row["Cur UPB"]) * Decimal(row["Note Rate"]) * days / 36000).quantize(CENT, ROUND_HALF_UP)


def loans_of(tape: Path) -> dict[str, dict[str, Any]]:
    with tape.open(newline="") as file:
        return {row["Loan ID"]: row for row in csv.DictReader(file)}
