"""The pages of a sale for its seller, its openers and its bidders."""

from typing import Any

from django.utils import timezone

from accounts.models import OrganizationKind, Role
from tests.architecture.url_fixtures.case import Case
from tests.factories import UserFactory
from tests.portfolios.auction import make_auction


def sale_pages() -> dict[str, Case]:
    """The pages of a sale: strangers never learn of it, people of the seller without a part in it are told."""
    auction = make_auction()
    number = {"number": auction.sale.number}
    anybody = {
        "stranger": UserFactory(roles=[Role.MANAGER]),
        "wrong_role": UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER]),
    }
    seller = anybody
    bidder = number | {"pk": auction.bidder().pk}
    question = auction.sale.questions.create(
        bidder_id=bidder["pk"], text="Are advances paid?", asked_by=auction.seller, asked_at=timezone.now()
    )
    document = auction.sale.documents.create(
        title="Memorandum", file="sales/none", filename="memorandum.pdf", size=1, sha256="ab" * 32,
        uploaded_by=auction.seller, uploaded_at=timezone.now(),
    )  # fmt: skip
    lot = number | {"code": "A"}
    shared = ("sale", "sale-summary", "sale-summary-csv", "sale-history", "sale-history-csv")
    own = ("sale-terms", "sale-lots", "sale-openers", "sale-announce", "sale-bidders", "sale-questions",
           "sale-addenda", "sale-addendum-new", "sale-document-add", "sale-cancel")  # fmt: skip
    return {
        **{f"portfolios:{name}": Case(number, **anybody) for name in shared},
        **{f"portfolios:{name}": Case(number, **seller) for name in own},
        "portfolios:sale-new": Case(wrong_role=seller["wrong_role"]),
        "portfolios:sale-lot-rename": Case(lot, **seller, method="post"),
        "portfolios:sale-lot-remove": Case(lot, **seller, method="post"),
        "portfolios:sale-lot-withdraw": Case(lot, **seller),
        "portfolios:sale-bidder": Case(bidder, **seller),
        "portfolios:sale-bidder-bar": Case(bidder, **seller, method="post"),
        "portfolios:sale-bidder-take-back": Case(bidder, **seller, method="post"),
        "portfolios:sale-answer": Case(number | {"pk": question.pk}, **seller, method="post"),
        "portfolios:sale-document-withdraw": Case(number | {"pk": document.pk}, **seller, method="post"),
    }


def ceremonies() -> dict[str, Case]:
    """Pages around the opening: an opener's own, and those of the seller's managers."""
    auction = make_auction("S-2026-0005")
    number = {"number": auction.sale.number}
    stranger = UserFactory(roles=[Role.MANAGER])
    uploader = UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER])
    people = {"stranger": stranger, "wrong_role": uploader}
    opener = {"stranger": stranger, "wrong_role": auction.seller}
    return {
        "portfolios:sale-key": Case(number, **opener),
        "portfolios:sale-rehearsal": Case(number, **opener, method="post"),
        "portfolios:sale-opening": Case(number, **opener),
        "portfolios:sale-envelopes": Case(number, **opener),
        "portfolios:sale-reserve": Case(number, **people),
        **after_the_opening(number, people),
    }


def after_the_opening(number: dict[str, Any], people: dict[str, Any]) -> dict[str, Case]:
    """Awards are the seller's; a manager of it is no bidder and has no result."""
    posts = ("sale-propose", "sale-confirm")
    decisions = ("sale-working", "sale-reject", "sale-final-round", "sale-open-without")
    pages = (*decisions, "sale-record", "sale-bidder-record", "sale-minutes", "sale-minutes-text")
    return {
        **{f"portfolios:{name}": Case(number, **people, method="post") for name in posts},
        **{f"portfolios:{name}": Case(number, **people) for name in (*pages, "sale-sealing")},
        "portfolios:sale-cure": Case(number | {"pk": 4_242_424}, **people),
        "portfolios:sale-result": Case(
            number,
            stranger=UserFactory(organization__kind=OrganizationKind.INVESTOR, roles=[Role.BIDDER]),
            wrong_role=people["wrong_role"],
        ),
    }


def bidding() -> dict[str, Case]:
    """A bidder's pages: other investors never learn of the sale, colleagues who do not bid are told so."""
    auction = make_auction("S-2026-0006")
    bidder = auction.bidder()
    number = {"number": auction.sale.number}
    entry = auction.bid(bidder, A="98.5")
    document = auction.sale.documents.create(
        title="Memorandum", file="sales/none", filename="memorandum.pdf", size=1, sha256="ab" * 32,
        uploaded_by=auction.seller, uploaded_at=timezone.now(),
    )  # fmt: skip
    people = {
        "stranger": UserFactory(organization__kind=OrganizationKind.INVESTOR, roles=[Role.BIDDER]),
        "wrong_role": UserFactory(organization=bidder.organization, roles=[Role.ANALYST]),
    }
    seller = {
        "stranger": UserFactory(roles=[Role.MANAGER]),
        "wrong_role": UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER]),
    }
    file, tape = number | {"pk": document.pk}, number | {"code": "A", "kind": "csv"}
    read = ("sale-agreement", "sale-qualification", "sale-ask", "sale-bid-withdraw", "sale-bid-sheet", "sale-receipts",
            "room")  # fmt: skip
    return {
        **{f"portfolios:{name}": Case(number, **people) for name in read},
        **{f"portfolios:{name}": Case(number, **people, method="post") for name in ("sale-bid", "sale-decline")},
        "portfolios:my_bids": Case(wrong_role=people["wrong_role"]),
        "portfolios:data_rooms": Case(wrong_role=people["wrong_role"]),
        "portfolios:sale-envelope": Case(number | {"position": entry.position}, **people),
        "portfolios:room-document": Case(file, **people),
        "portfolios:room-tape": Case(tape, **people),
        "portfolios:room-log": Case(file, **seller),
    }
