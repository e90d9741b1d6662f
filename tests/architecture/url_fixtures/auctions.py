"""Objects behind the addresses of open auctions, needs, lots of other assets and shared losses."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from accounts.models import Role
from portfolios.domain.saleneeds import Relation
from portfolios.models import Lot, Sale
from portfolios.services import advisers, saleneeds, sharedloss
from tests.architecture.url_fixtures.case import Case
from tests.factories import UserFactory
from tests.portfolios.auction import make_auction


def auctions() -> dict[str, Case]:
    auction = make_auction("S-2026-0007", format="open", minimum_increment="1000.00")
    seller, now = auction.seller, timezone.now()
    people = {
        "stranger": UserFactory(roles=[Role.MANAGER]),
        "wrong_role": UserFactory(organization=seller.organization, roles=[Role.UPLOADER]),
    }
    Lot.objects.create(sale=auction.sale, code="L", name="Customers", asset_class="customer_list", loan_count=10)
    party = saleneeds.name_related_party(name="Our Twin LLC", relation=Relation.AFFILIATE, note="", by=seller, at=now)
    covered = sharedloss.agree(
        form="onewest_2009", name="Agreement", effective_on=date(2020, 1, 1), terminates_on=date(2030, 1, 1),
        covered=Decimal("1000000"), stated={}, by=seller, at=now,
    )  # fmt: skip
    sharedloss.report(
        agreement=covered, month=date(2020, 1, 1), losses=Decimal(5), recoveries=Decimal(0), by=seller, at=now
    )
    demanded = make_auction("S-2026-0008", seller=seller, demanded=True).sale
    Sale.objects.filter(pk=demanded.pk).update(kind="shared_loss")
    adviser = advisers.name_adviser(sale=demanded, name="Ida Lund", firm="Stonegate", by=seller, at=now)
    led, asked = {"number": demanded.number}, {"number": demanded.number, "pk": adviser.pk}
    number, one = {"number": auction.sale.number}, {"pk": covered.pk}
    pages = (
        "sale-needs",
        "sale-lot-other",
        "sale-auction",
        "sale-auction-rules",
        "sale-auction-now",
        "sale-shared-loss",
    )
    posts = ("sale-party-add", "sale-auction-start")
    rival = UserFactory(organization__kind="investor", roles=[Role.BIDDER])
    return {
        **{f"portfolios:{name}": Case(number, **people) for name in pages},
        **{f"portfolios:{name}": Case(number, **people, method="post") for name in posts},
        "portfolios:sale-auction-bid": Case(number, **people | {"stranger": rival}, method="post"),
        "portfolios:sale-need": Case(number | {"code": "court_order"}, **people, method="post"),
        "portfolios:sale-party-end": Case(number | {"pk": party.pk}, **people, method="post"),
        "portfolios:sale-adviser": Case(led, **people),
        "portfolios:sale-adviser-name": Case(led, **people, method="post"),
        "portfolios:sale-adviser-decide": Case(asked, **people, method="post"),
        "portfolios:sale-adviser-end": Case(asked, **people, method="post"),
        "portfolios:sale-lot-list": Case(number | {"code": "L"}, **people),
        "portfolios:shared-loss": Case(wrong_role=people["wrong_role"]),
        "portfolios:shared-loss-new": Case(wrong_role=people["wrong_role"]),
        "portfolios:shared-loss-agreement": Case(one, **people),
        "portfolios:shared-loss-certificate": Case(one | {"year": 2020, "month": 1}, **people),
    }
