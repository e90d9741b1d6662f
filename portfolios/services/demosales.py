"""Sales of the demonstration, told by the same services as real ones: one takes bids, one is opened, one is settling.

The openers' keys are under the demonstration's password, so that a visitor can hold the opening. Prices are invented.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from portfolios.domain.factor import cents
from portfolios.domain.salerecord import RESERVE
from portfolios.domain.saleterms import Terms, kinds
from portfolios.domain.sealing import Envelope, KeyPair, encoded, new_key_pair, parts_of, seal, wrapped
from portfolios.domain.sealing import Opener as Sealer
from portfolios.domain.sealing.rehearsing import answer_to
from portfolios.models import Bidder, Bundle, Opener, Sale
from portfolios.queries.bidding.agreements import agreement_for
from portfolios.services import awards, bidders, notices, openings, rehearsals, salerecords, sales, sealedrecord

ZONE = "America/New_York"
DAY = timedelta(days=1)
STATEMENT: dict[str, Any] = {
    "form": "Limited liability company", "formed_in": "Delaware", "controlled_by": "Its members",
    "net_worth": 84_000_000, "liquid_assets": 21_500_000, "source_of_funds": "Own capital and a warehouse line",
    "loans_bought": 410_000_000, "experience": "Eleven whole-loan pools since 2019",
    "resolution_plan": "Holds performing loans; modifies before it forecloses", "servicer": "Northlight Servicing",
    "servicer_licenses": "Licensed in all states of the tape", "own_account": True, "no_insolvency": True,
    "no_sanctions": True, "no_affiliate": True, "no_loss_to_receiver": True, "covenants": True, "true_answers": True,
}  # fmt: skip


def told_later() -> AbstractContextManager[None]:
    """These sales are told after the fact: their deadlines may be past by the clock of the database."""
    return pgtrigger.ignore("portfolios.SealedBid:entered_by_the_clock")


@dataclass
class Told:
    """A sale on its way, with the keys of its openers."""

    sale: Sale
    seller: User
    due: datetime
    keys: dict[str, KeyPair] = field(default_factory=dict)

    @classmethod
    def drafted(cls, *, name: str, kind: str, seller: User, begun: datetime, due: datetime, **terms: Any) -> "Told":
        """A draft whose bids are due at a moment; terms over those of its kind."""
        sale = sales.create(name=name, kind=kind, time_zone=ZONE, by=seller, at=begun)
        of_kind = kinds()[kind]
        dates: dict[str, Any] = {
            "cut_off_on": begun.date().replace(day=1),
            "bids_due_at": due,
            "award_due_on": (due + of_kind.days_to_award * DAY).date(),
            "settles_on": (due + of_kind.days_to_settle * DAY).date(),
        }
        whole = Terms.from_json({**sale.terms, **terms})
        return cls(sales.set_terms(sale=sale, terms=whole, by=seller, **dates), seller, due)

    def offering(self, bundles: Mapping[str, Bundle]) -> None:
        for name, bundle in bundles.items():
            sales.add_lot(sale=self.sale, bundle=bundle, name=name, by=self.seller)

    def opened_by(self, people: Mapping[str, User], password: str, at: datetime) -> None:
        """Name the openers and make their keys, as their browsers would."""
        for opener in sales.name_openers(sale=self.sale, people=people, by=self.seller, at=at):
            pair = self.keys[opener.name] = new_key_pair()
            locked = wrapped(pair, password)
            sales.keep_key(opener=opener, public_key=encoded(pair.public), wrapped=locked, by=opener.user, at=at)

    def rehearsed(self, names: Sequence[str], at: datetime) -> None:
        """Some openers show that their keys open."""
        for opener in self.sale.openers.select_related("user", "sale").filter(name__in=names):
            asked = rehearsals.begin(opener=opener, by=opener.user, at=at)
            found = answer_to(asked.sealed, self.keys[opener.name].private, sale=self.sale.number, name=opener.name)
            rehearsals.answer(opener=opener, answer=found, by=opener.user, at=at)

    def announced(self, at: datetime, guests: Sequence[User]) -> list[Bidder]:
        """Announce to these people's organizations; they sign, state and are qualified within two days."""
        invited = [
            bidders.invite(sale=self.sale, organization=guest.organization, by=self.seller, at=at) for guest in guests
        ]
        self.sale = sales.announce(sale=self.sale, by=self.seller, at=at)
        return [self._qualified(bidder, guest, at) for bidder, guest in zip(invited, guests, strict=True)]

    def _qualified(self, bidder: Bidder, guest: User, at: datetime) -> Bidder:
        bidder.sale = self.sale
        text = agreement_for(bidder).text
        bidders.sign_agreement(bidder=bidder, text=text, by=guest, at=at + DAY / 4)
        bidders.state(bidder=bidder, statement={"entity": guest.organization.name, **STATEMENT}, by=guest)
        until, deposit = (self.due + 30 * DAY).date(), Decimal(self.sale.terms["deposit"])
        return bidders.qualify(bidder=bidder, until=until, deposit=deposit, by=self.seller, at=at + DAY / 2)

    def reserved(self, at: datetime, percent: str) -> None:
        """Seal a reserve for every lot, percent of its balance."""
        reserves = {lot.code: cents(lot.upb * Decimal(percent) / 100) for lot in self.sale.lots.all()}
        content = {"lots": [{"lot": lot, "amount": str(amount)} for lot, amount in reserves.items()]}
        with told_later():
            sealedrecord.reserve(sale=self.sale, envelope=self._sealed(None, content), by=self.seller, at=at)

    def bid(self, bidder: Bidder, who: User, at: datetime, *offers: Mapping[str, str], conditions: str = "") -> None:
        """Seal offers (prices by lot, percent of balance) and send them."""
        said = [
            {
                "lots": [{"lot": lot, "price": price} for lot, price in prices.items()],
                "conditions": [conditions] if conditions else [],
            }
            for prices in offers
        ]
        certified = sorted(Terms.from_json(self.sale.terms).certificates)
        content = {
            "offers": said, "entity": who.organization.name, "signer": who.name, "certified": certified,
            "deposit_reference": "Wire on file",
        }  # fmt: skip
        with told_later():
            sealedrecord.submit(bidder=bidder, envelope=self._sealed(bidder, content), by=who, at=at)

    def _sealed(self, bidder: Bidder | None, content: dict[str, Any]) -> bytes:
        name = salerecords.bidder_name(bidder) if bidder else RESERVE
        context = sealedrecord.context_of(self.sale, name, sealedrecord.next_seq(self.sale, bidder))
        openers = [Sealer(name, pair.public) for name, pair in self.keys.items()]
        return seal(content, context, openers, Terms.from_json(self.sale.terms).k).to_bytes()

    def opened(self, at: datetime) -> None:
        """Close at the deadline and tell the head of the record; the first k openers open."""
        closed_at = self.due + timedelta(seconds=2)
        sealedrecord.close(sale=self.sale, at=closed_at)
        for event in self.sale.events.filter(kind="closed"):
            notices.tell(event_id=event.pk, at=closed_at)
        for opener in self.sale.openers.select_related("user").order_by("name")[: Terms.from_json(self.sale.terms).k]:
            openings.give(opener=opener, parts=self._parts(opener), by=opener.user, at=at)
        self.sale.refresh_from_db()

    def _parts(self, opener: Opener) -> dict[int, list[Any]]:
        entries = sealedrecord.standing(self.sale).values()
        key = self.keys[opener.name].private
        return {
            entry.position: parts_of(Envelope.from_bytes(bytes(entry.envelope)), opener.name, key) for entry in entries
        }

    def awarded(self, second: User, at: datetime) -> None:
        awards.propose(sale=self.sale, by=self.seller, at=at)
        self.sale = awards.confirm(sale=self.sale, by=second, at=at + DAY / 24)

    def asked(self, bidder: Bidder, who: User, at: datetime, question: str, answer: str) -> None:
        asked = bidders.ask(bidder=bidder, text=question, by=who, at=at)
        if answer:
            bidders.answer(question=asked, text=answer, by=self.seller, at=at + DAY / 8)

    def document(self, title: str, tier: int, text: str, at: datetime) -> None:
        upload = SimpleUploadedFile(f"{title}.txt", text.encode(), content_type="text/plain")
        bidders.add_document(sale=self.sale, title=title, tier=tier, upload=upload, by=self.seller, at=at)
