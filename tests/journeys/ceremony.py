"""A sale inside an installation, for the journey from the openers' keys to the checked record."""

import json
from dataclasses import asdict

from tests.journeys.people import APPROVER, LENDER, PASSWORD, REVIEWER, Person
from tests.running import Running

NUMBER = "S-2026-0901"
SECOND = Person("Mo Manager", "mo@northgate.example", "Northgate Mortgage", "lender", ("manager",))
OSPREY = Person("Ola Osprey", "ola@osprey.example", "Osprey Point Capital", "investor", ("bidder",))
LARKFIELD = Person("Lena Larkfield", "lena@larkfield.example", "Larkfield Partners", "investor", ("bidder",))
OPENERS = {"seller": LENDER, "adviser": REVIEWER, "witness": APPROVER}
PASSPHRASES = {name: f"{name} four plain words" for name in OPENERS}
MAKE = """
import json
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from accounts.models import Organization, User
from accounts.services.organizations import free_slug
from accounts.services.people import create_person
from portfolios.domain.sales import BidderStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Bidder, Lot, Opener, Sale
now = timezone.now()
for person in json.loads(PEOPLE):
    organization, _ = Organization.objects.get_or_create(
        name=person["organization"], defaults={"kind": person["kind"], "slug": free_slug(person["organization"])})
    if not User.objects.filter(email=person["email"]).exists():
        create_person(email=person["email"], name=person["name"], password=PASSWORD, organization=organization,
                      roles=person["roles"])
seller = User.objects.get(email=SELLER)
sale = Sale.objects.create(number=NUMBER, name="Project Kestrel", seller=seller.organization, kind="bulk",
    time_zone="America/New_York", terms=Terms(deposit_percent="2", cover_published=True).to_json(),
    tape_sha256="ab" * 32, cut_off_on=now.date(), created_by=seller, created_at=now,
    award_due_on=(now + timedelta(days=2)).date(), settles_on=(now + timedelta(days=21)).date())
for code, name, upb in (("A", "Current 24 months", "191203880.41"), ("B", "Re-performing", "84910226.90"),
                        ("C", "Modified", "42336103.77")):
    Lot.objects.create(sale=sale, code=code, name=name, loan_count=300, upb=Decimal(upb))
for name, email in json.loads(OPENERS).items():
    Opener.objects.create(sale=sale, user=User.objects.get(email=email), name=name)
for email in json.loads(BIDDERS):
    Bidder.objects.create(sale=sale, organization=User.objects.get(email=email).organization,
        status=BidderStatus.QUALIFIED, invited_by=seller, invited_at=now)
print(json.dumps(True))
"""
ANNOUNCE = """
import json
from datetime import timedelta
from django.utils import timezone
from portfolios.domain.sales import SaleStatus
from portfolios.models import Sale
now = timezone.now()
due = now + timedelta(seconds=SECONDS)
Sale.objects.filter(number=NUMBER).update(
    status=SaleStatus.OPEN, announced_at=now, bids_due_at=due, terms_hash="cd" * 32)
print(json.dumps(True))
"""
BID = """
import json
from django.utils import timezone
from accounts.models import User
from portfolios.domain.sealing import Opener, decoded, seal
from portfolios.models import Bidder, Sale
from portfolios.services import sealedrecord
from portfolios.services.salerecords import bidder_name
from tests.portfolios.auction import form
by = User.objects.get(email=EMAIL)
sale = Sale.objects.get(number=NUMBER)
bidder = Bidder.objects.get(sale=sale, organization=by.organization)
context = sealedrecord.context_of(sale, bidder_name(bidder), sealedrecord.next_seq(sale, bidder))
openers = [Opener(opener.name, decoded(opener.public_key)) for opener in sale.openers.all()]
envelope = seal(form(json.loads(PRICES)), context, openers, 2).to_bytes()
print(json.dumps(sealedrecord.submit(bidder=bidder, envelope=envelope, by=by, at=timezone.now()).receipt))
"""
STATUS = """
import json
from portfolios.models import Sale
print(json.dumps(Sale.objects.get(number=NUMBER).status))
"""


def make(site: Running) -> None:
    """A draft with lots, named openers without keys, and two qualified bidders."""
    people = [asdict(person) for person in (SECOND, OSPREY, LARKFIELD)]
    openers = {name: person.email for name, person in OPENERS.items()}
    site.ask(
        MAKE,
        PEOPLE=json.dumps(people),
        PASSWORD=PASSWORD,
        SELLER=LENDER.email,
        NUMBER=NUMBER,
        OPENERS=json.dumps(openers),
        BIDDERS=json.dumps([OSPREY.email, LARKFIELD.email]),
    )


def announce(site: Running, seconds: int) -> None:
    """Take bids for so many seconds from now."""
    site.ask(ANNOUNCE, NUMBER=NUMBER, SECONDS=seconds)


def bid(site: Running, person: Person, *prices: dict[str, str]) -> str:
    """Seal a bid with the openers' keys as they stand, and submit it; its receipt."""
    receipt: str = site.ask(BID, EMAIL=person.email, NUMBER=NUMBER, PRICES=json.dumps(prices))
    return receipt


def status(site: Running) -> str:
    found: str = site.ask(STATUS, NUMBER=NUMBER)
    return found
