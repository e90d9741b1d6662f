"""The purchase agreement: drawn up from the template and the facts of the sale, and signed by a person of each side."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from config.ui import dates, numbers
from portfolios.domain.localtimes import day_in
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.domain.settlement import ClosingTerms, DayCount
from portfolios.domain.settlement.agreement import agreement_text, template
from portfolios.models import Lot, Settlement
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.figures import Figures, figures, terms_of
from portfolios.queries.settlements.schedule import schedule_sha256
from portfolios.queries.settlements.sides import is_seller
from portfolios.services.settlements import NO_AGREEMENT, change, locked, move, record
from portfolios.services.statementlines import Tick


def check(by: User, settlement: Settlement) -> None:
    """NotAllowed where no agreement can be drawn up now, or the day that it names is not set."""
    policies.check_can_draft(by, settlement)
    if settlement.settles_on is None or settlement.cut_off_on is None:
        raise NotAllowed("Set the day of settlement first; the agreement names it.")


def draw(settlement: Settlement, tick: Tick) -> str:
    """The text of the agreement by the template and the facts of the sale."""
    found = figures(settlement)
    text = agreement_text(template(), facts_of(settlement, found), holds_of(settlement, found))
    tick(found.kept)
    return text


def keep(settlement: Settlement, text: str, *, by: User, at: datetime) -> Settlement:
    """Put a text in force with its SHA-256; signatures under another text are void, under the same one they stand."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if sha256 == settlement.agreement_sha256:
        return settlement
    settlement = change(settlement, **{**NO_AGREEMENT, "agreement": text, "agreement_sha256": sha256})
    return record(settlement, "drafted", by=by, at=at, sha256=sha256)


def holds_of(settlement: Settlement, found: Figures) -> frozenset[str]:
    """What holds for this sale, by the names that the template's sections ask for."""
    tests = {
        "loans": found.kept > 0,
        "conditions": bool(settlement.award.offer.conditions),
        "true_up": found.kept > 0 and terms_of(settlement).true_up_days > 0,
        terms_of(settlement).servicing: found.kept > 0,
    }
    return frozenset(name for name, holds in tests.items() if holds)


def facts_of(settlement: Settlement, found: Figures) -> Mapping[str, str]:
    """The facts of a settlement in words, under the names of the template's placeholders."""
    sale, terms, award = settlement.award.sale, terms_of(settlement), settlement.award
    lots = list(award.lots.order_by("code"))
    content = award.offer.bid.content if isinstance(award.offer.bid.content, dict) else {}
    entity = str(content.get("entity", "")).strip()
    return {
        "seller": str(sale.seller),
        "buyer": str(settlement.buyer),
        "entity": f", through {entity}" if entity and entity != str(settlement.buyer) else "",
        "sale": sale.number,
        "sale_name": sale.name,
        "lots_words": ("lot " if len(lots) == 1 else "lots ") + ", ".join(lot.code for lot in lots),
        "awarded_on": dates.day_year(day_in(award.confirmed_at, sale.time_zone) if award.confirmed_at else None),
        "terms_sha256": sale.terms_hash or "not kept",
        "tape_sha256": sale.tape_sha256 or "not kept",
        "lot_lines": "\n".join(f"- {_lot_words(settlement, lot)}" for lot in lots),
        "kept": numbers.count(found.kept),
        "kept_upb": numbers.money_cents(found.repriced.upb),
        "schedule_sha256": schedule_sha256(settlement),
        "kick_outs": _kick_outs(found),
        "award": numbers.money_cents(award.amount),
        "price_change": _price_change(found),
        "price": numbers.money_cents(settlement.price),
        "price_percent": _percent(settlement, found),
        "cut_off": dates.day_year(settlement.cut_off_on),
        "settles": dates.day_year(settlement.settles_on),
        "interest": _interest(terms.day_count) if terms.accrues else "No accrued interest is paid on top of the price.",
        "deposit": numbers.money_cents(settlement.deposit),
        "trailing_days": str(terms.trailing_days),
        "claim_days": str(terms.claim_days),
        "claim_interest": f"with interest from {_since(terms)}",
        "true_up_days": str(terms.true_up_days),
        "conditions": "\n".join(f"- {each}" for each in award.offer.conditions),
    }


def _lot_words(settlement: Settlement, lot: Lot) -> str:
    if lot.bundle_id is None:
        return f"Lot {lot.code}, {lot.name}: {numbers.count(lot.loan_count)} items, sold as a whole."
    found = figures(settlement, lot)
    return (
        f"Lot {lot.code}, {lot.name}: {numbers.count(found.kept)} loans, balance "
        f"{numbers.money_cents(found.repriced.upb)}, price {numbers.money_cents(found.repriced.amount)}."
    )


def _kick_outs(found: Figures) -> str:
    if not found.out:
        return "Every awarded loan is sold."
    loans = "1 awarded loan" if found.out == 1 else f"{found.out:,} awarded loans"
    return (
        f"{loans} with a balance of {numbers.money_cents(found.upb_out)} left before this agreement and are not sold."
    )


def _price_change(found: Figures) -> str:
    if not found.out:
        return "No loan left."
    return f"The loans that left had a price of {numbers.money_cents(found.amount_out)}, which comes off."


def _percent(settlement: Settlement, found: Figures) -> str:
    percent = found.repriced.price
    whole = all(lot.bundle_id is not None for lot in settlement.award.lots.all())
    return f", {percent} percent of the balance of the loans sold" if percent is not None and whole else ""


def _interest(count: DayCount) -> str:
    year = "365 days, each day as it falls" if count is DayCount.ACTUAL_365 else "360 days, each month of 30"
    return (
        "The buyer pays the interest of each loan from the date to which it is paid up to the day of settlement, on a "
        f"year of {year}: {count.words}."
    )


def _since(terms: ClosingTerms) -> str:
    """From when a claim counts interest, in words."""
    paid_to = "the date it is paid to"
    return paid_to if terms.accrues else f"the day of settlement, or {paid_to} where that is later"


@transaction.atomic
def sign(*, settlement: Settlement, sha256: str, by: User, at: datetime) -> Settlement:
    """Sign the text of this SHA-256 for one's side; with the second side the agreement is complete."""
    settlement = locked(settlement)
    policies.check_can_sign(by, settlement)
    if sha256 != settlement.agreement_sha256:
        raise NotAllowed("The agreement was drawn up again meanwhile. Read it once more before you sign.")
    side = "seller" if is_seller(by, settlement) else "buyer"
    settlement = change(settlement, **{f"{side}_signed_by": by, f"{side}_signed_at": at})
    record(settlement, f"{side}_signed", by=by, at=at, sha256=sha256)
    if settlement.seller_signed_by_id and settlement.buyer_signed_by_id:
        settlement = move(settlement, Status.SIGNED)
        record(settlement, "signed", by=by, at=at, sha256=sha256)
    return settlement
