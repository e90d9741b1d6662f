"""A signed award of a checked tape: the seller's two managers, the buyer's bidder, and what both do afterwards."""

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection

from accounts.models import OrganizationKind, Role, User
from loans.models import CriteriaVersion
from portfolios.domain.sales import BidderStatus, LotStatus, PriceUnit, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Award, Bidder, Bundle, Lot, Offer, OpenedBid, Sale, Settlement
from portfolios.services import settlements
from tests.diligence.services.pipeline import NOW
from tests.factories import OrganizationFactory, UserFactory
from tests.portfolios import offers

AWARDED = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
CUT_OFF, SETTLES = date(2026, 12, 1), date(2026, 12, 18)
PRICE = "98.25000"


@dataclass
class Closing:
    """A settlement with its people; `again()` reads it anew."""

    settlement: Settlement
    seller: User
    second: User
    buyer: User
    criteria: CriteriaVersion
    lots: dict[str, Lot] = field(default_factory=dict)

    def again(self) -> Settlement:
        found = Settlement.objects.select_related("award__sale__seller", "award__offer__bid", "buyer")
        self.settlement = found.get(pk=self.settlement.pk)
        return self.settlement

    def places(self, *rows: int, lot: str = "A") -> list[tuple[int, int]]:
        return [(self.lots[lot].pk, row) for row in rows]


def upload(text: str | bytes, name: str = "list.csv") -> ContentFile:
    """A file as a person sends it."""
    return ContentFile(text.encode() if isinstance(text, str) else text, name=name)


def prices_csv(prices: dict[str, str]) -> str:
    text = io.StringIO()
    text.write("Loan ID,Price\n")
    text.writelines(f"{loan_id},{price}\n" for loan_id, price in prices.items())
    return text.getvalue()


def make_sale(seller: User, bundles: list[Bundle], **terms: Any) -> Sale:
    """An awarded sale with a lot a bundle, as its announcement would have left it."""
    sale = Sale.objects.create(
        number=f"S-2026-{Sale.objects.count() + 1:04d}",
        name="Project Kestrel",
        seller=seller.organization,
        kind="bulk",
        status=SaleStatus.AWARDED,
        time_zone="America/New_York",
        terms=Terms(**{"kick_out_percent": "50", **terms}).to_json(),
        tape_sha256="ab" * 32,
        terms_hash="cd" * 32,
        cut_off_on=CUT_OFF,
        settles_on=SETTLES,
        announced_at=NOW,
        bids_due_at=NOW,
        awarded_at=AWARDED,
        created_by=seller,
        created_at=NOW,
    )
    for code, bundle in zip("ABCDEFG", bundles, strict=False):
        Lot.objects.create(
            sale=sale, code=code, name=bundle.name, status=LotStatus.AWARDED, bundle=bundle,
            loan_count=bundle.kept_count, upb=bundle.kept_upb,
        )  # fmt: skip
    return sale


def make_award(
    sale: Sale,
    buyer: User,
    prices: dict[str, str],
    *,
    deposit: str = "25000.00",
    people: tuple[User, User],
    **content: Any,
) -> Award:
    """An award signed by two people of the seller, of an offer as it came out of its envelope."""
    bidder, _ = Bidder.objects.get_or_create(
        sale=sale,
        organization=buyer.organization,
        defaults={
            "status": BidderStatus.QUALIFIED, "invited_by": people[0], "invited_at": NOW, "deposit": Decimal(deposit),
        },
    )  # fmt: skip
    entry = _entry(sale, bidder, buyer)
    bid = OpenedBid.objects.create(entry_id=entry, content=content, opened_at=AWARDED)
    lots = {lot.code: lot for lot in sale.lots.filter(code__in=prices)}
    amount = sum((_dollars(lots[code], Decimal(price)) for code, price in prices.items()), Decimal(0))
    offer = Offer.objects.create(bid=bid, number=1, prices=prices, total=amount, conforming=True)
    award = Award.objects.create(
        sale=sale, offer=offer, amount=amount, proposed_by=people[0], proposed_at=AWARDED, confirmed_by=people[1],
        confirmed_at=AWARDED,
    )  # fmt: skip
    award.lots.set(lots.values())
    return award


def _dollars(lot: Lot, price: Decimal) -> Decimal:
    if lot.unit == PriceUnit.USD:
        return price
    return (lot.upb * price / 100).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def _entry(sale: Sale, bidder: Bidder, by: User) -> int:
    """An entry of the record written past the trigger that closes it: these sales are over before they begin."""
    position = sale.entries.count() + 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO portfolios_sealedbid (sale_id, position, round, kind, bidder_id, seq, envelope, receipt,"
            " by_id, at, hash) VALUES (%s, %s, 1, 'bid', %s, %s, '', %s, %s, %s, '') RETURNING id",
            [sale.pk, position, bidder.pk, position, f"{position:064x}", by.pk, NOW],
        )
        key = cursor.fetchone()[0]
        cursor.execute("SET LOCAL session_replication_role = origin")
    return int(key)


def make_closing(
    price: str = PRICE,
    *,
    loans: int = 10,
    content: dict[str, Any] | None = None,
    people: tuple[User, User, User] | None = None,
    tape: bytes | None = None,
    **terms: Any,
) -> Closing:
    """A settlement of one lot: ten loans of 200,000 at 6.5%, of which rows 2 and 5 have a score below 620.

    `people` are two managers of the seller and a bidder of the buyer; `tape` is another file of loans.
    """
    seller, second, buyer = people or make_people()
    low = {"FICO": "580"}
    run = offers.checked(seller, None, tape or offers.tape(loans, row_2=low, row_5=low))
    sale = make_sale(seller, [as_bundle(run, seller)], **terms)
    award = make_award(sale, buyer, {"A": price}, people=(seller, second), **(content or {}))
    settlement = settlements.begin(award=award, by=second, at=AWARDED)
    closing = Closing(settlement, seller, second, buyer, offers.published(buyer.organization, "OSPREY-1"))
    closing.lots = {lot.code: lot for lot in sale.lots.all()}
    closing.again()
    return closing


def make_people() -> tuple[User, User, User]:
    seller = offers.lender()
    second = UserFactory(organization=seller.organization, roles=[Role.MANAGER])
    investor = OrganizationFactory(kind=OrganizationKind.INVESTOR)
    return seller, second, UserFactory(organization=investor, roles=[Role.BIDDER])


def as_bundle(run: Any, by: User) -> Bundle:
    """A draft of every loan of a check that was made without criteria, as a lot's bundle stands."""
    from tests.factories import CriteriaVersionFactory

    bundle = Bundle.objects.create(
        number=f"B-2026-9{Bundle.objects.count():03d}", name="Fixed 30", lender=by.organization,
        criteria=CriteriaVersionFactory(), run=run, created_by=by, created_at=NOW,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portfolios_bundleloan (bundle_id, row_no, loan_id, upb, kicked_out, property_key)"
            " SELECT %s, row_no, loan_id, upb, '', '' FROM loans_loan WHERE version_id = %s",
            [bundle.pk, run.version_id],
        )
        cursor.execute("SELECT count(*), sum(upb) FROM portfolios_bundleloan WHERE bundle_id = %s", [bundle.pk])
        count, upb = cursor.fetchone()
    Bundle.objects.filter(pk=bundle.pk).update(loan_count=count, upb=upb, measured_at=NOW)
    bundle.refresh_from_db()
    return bundle
