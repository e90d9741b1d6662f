"""The confidentiality agreement as a bidder is asked to sign it, or as it was signed."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.db.models import Sum

from config.ui import dates, numbers
from portfolios.domain.agreements import Agreement, Block, agreement, blocks_of
from portfolios.models import Bidder, Sale, SaleEvent


def agreement_for(bidder: Bidder) -> Agreement:
    """The text of the day on which the sale was announced, with the sale's data as announced."""
    sale = bidder.sale
    announced = sale.announced_at or sale.created_at
    return agreement(announced.astimezone(ZoneInfo(sale.time_zone)).date(), values(sale, bidder))


def values(sale: Sale, bidder: Bidder) -> Mapping[str, str]:
    totals = sale.lots.aggregate(loans=Sum("loan_count"), upb=Sum("upb"))
    loans = totals["loans"] or 0
    return {
        "seller": sale.seller.name,
        "bidder": bidder.organization.name,
        "number": sale.number,
        "name": sale.name,
        "loans": "1 loan" if loans == 1 else f"{numbers.count(loans)} loans or records",
        "upb": numbers.money_cents(totals["upb"] or 0),
        "cut_off": dates.day_year(sale.cut_off_on),
    }


def signed_blocks(bidder: Bidder) -> tuple[Block, ...]:
    """The text that was signed, from the sale's history; empty before."""
    signed = SaleEvent.objects.filter(
        sale=bidder.sale, kind="agreement_signed", facts__bidder=bidder.pk, facts__agreement=bidder.agreement_sha256
    ).first()
    return blocks_of(str(signed.facts["text"])) if signed else ()
