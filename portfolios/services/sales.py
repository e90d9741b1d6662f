"""A sale from draft to announcement: lots, terms, openers; and its cancellation."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Length

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.calendar import next_business_day
from portfolios.domain.sales import AssetClass, LotStatus, SaleStatus
from portfolios.domain.saleterms import Terms, kinds
from portfolios.domain.sealing import canonical, decoded, fingerprint
from portfolios.models import Bundle, Lot, Opener, Sale, SaleEvent, SealedBid
from portfolios.policies import sales as policies
from portfolios.services.lotfigures import figures_of
from portfolios.services.salehashes import list_hash, state_of, tape_hash, terms_hash
from portfolios.services.sealedrecord import locked

NUMBERS_LOCK = 0x53414C  # any number that nothing else locks
USUAL_TIME = time(14, 0)
CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@transaction.atomic
def create(*, name: str, kind: str, time_zone: str, by: User, at: datetime) -> Sale:
    """A draft with the terms its kind begins with; raises NotAllowed with the reason."""
    policies.check_can_sell(by)
    if kind not in kinds() or time_zone not in available_timezones():
        raise NotAllowed("Choose a kind of sale and a time zone of the list.")
    sale = Sale.objects.create(
        number=next_number(at),
        name=name.strip(),
        seller_id=by.organization_id,
        kind=kind,
        time_zone=time_zone,
        terms=kinds()[kind].terms.to_json(),
        created_by=by,
        created_at=at,
        **usual_dates(kind, time_zone, at),
    )
    return record(sale, "created", by=by, at=at)


def next_number(at: datetime) -> str:
    """S-2026-0001, one after the other within a year; two drafts made at once take turns."""
    prefix = f"S-{at.year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS_LOCK])
    newest = Sale.objects.filter(number__startswith=prefix).order_by(Length("number").desc(), "-number").first()
    last = int(newest.number.removeprefix(prefix)) if newest else 0
    return f"{prefix}{last + 1:04d}"


def record(
    sale: Sale, kind: str, *, by: User | None, at: datetime, note: str = "", public: bool = True, **facts: Any
) -> Sale:
    """Add a line to the sale's history; bidders see the public ones."""
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind=kind, note=note.strip(), facts=facts, public=public)
    return sale


@transaction.atomic
def set_terms(*, sale: Sale, terms: Terms | Callable[[Terms], Terms], by: User, seen: str = "", **dates: Any) -> Sale:
    """Change a draft: its terms, and of `dates` the deadline, cut-off, award and settlement, zone and name.

    `terms` may be a change of those that stand by then. `seen` is the state (`state_of`) that the person looked at.
    """
    sale = locked(sale)
    policies.check_can_prepare(by, sale)
    if seen and seen != state_of(sale):
        raise NotAllowed("Somebody else saved these terms meanwhile. Saving again replaces what they saved.")
    whole = terms(Terms.from_json(sale.terms)) if callable(terms) else terms
    Sale.objects.filter(pk=sale.pk).update(terms=whole.to_json(), **dates)
    sale.refresh_from_db()
    return sale


@transaction.atomic
def add_lot(*, sale: Sale, bundle: Bundle, name: str, by: User) -> Lot:
    """Offer a bundle as a lot, with its loans, balance, strata and a hash over its list of loans."""
    sale = locked(sale)
    policies.check_can_prepare(by, sale)
    policies.check_can_offer(sale, bundle)
    if sale.lots.filter(bundle=bundle).exists():
        raise NotAllowed(f"{bundle.number} is a lot of this sale already.")
    lot = Lot(sale=sale, code=next_code(sale), name=name.strip() or bundle.name, bundle=bundle)
    taken_anew(lot)
    return lot


@transaction.atomic
def add_other_lot(*, sale: Sale, asset_class: AssetClass, name: str, by: User, **values: Any) -> Lot:
    """Offer other loans or a customer list: count, balance, strata and details as the seller states them."""
    sale = locked(sale)
    policies.check_can_prepare(by, sale)
    stated = canonical({"name": name, "count": int(values.get("loan_count", 0)), "upb": str(values.get("upb", "0"))})
    sha256 = hashlib.sha256(stated).hexdigest()
    return Lot.objects.create(
        sale=sale, code=next_code(sale), name=name.strip(), asset_class=asset_class, tape_sha256=sha256, **values
    )


def next_code(sale: Sale) -> str:
    """The next free letter; NotAllowed when there is none left."""
    taken = set(sale.lots.values_list("code", flat=True))
    free = next((code for code in CODES if code not in taken), None)
    if free is None:
        raise NotAllowed(f"A sale has at most {len(CODES)} lots.")
    return free


@transaction.atomic
def add_lots(*, sale: Sale, bundles: Sequence[Bundle], by: User) -> list[Lot]:
    """Offer several bundles, each as a lot under its own name."""
    return [add_lot(sale=sale, bundle=bundle, name="", by=by) for bundle in bundles]


@transaction.atomic
def rename_lot(*, sale: Sale, lot: Lot, name: str, by: User) -> Lot:
    """Give a lot of a draft another name."""
    policies.check_can_prepare(by, locked(sale))
    if not name.strip():
        raise NotAllowed("A lot needs a name.")
    lot.name = name.strip()
    lot.save(update_fields=["name"])
    return lot


def taken_anew(lot: Lot) -> None:
    """Take count, balance, strata and hash of a lot from its bundle as it stands: a draft's bundle may have changed."""
    bundle = lot.bundle
    if bundle is None:
        return
    policies.check_can_offer(lot.sale, bundle)
    lot.loan_count, lot.upb = bundle.kept_count, bundle.kept_upb
    lot.tape_sha256, lot.summary = list_hash(bundle), figures_of(lot)
    lot.save()


@transaction.atomic
def remove_lot(*, sale: Sale, lot: Lot, by: User) -> None:
    """Take a lot out of a draft."""
    policies.check_can_prepare(by, locked(sale))
    sale.lots.filter(pk=lot.pk).delete()


@transaction.atomic
def name_openers(*, sale: Sale, people: Mapping[str, User], by: User, at: datetime) -> list[Opener]:
    """Name the openers of a draft; those who stay keep the keys they made."""
    sale = locked(sale)
    policies.check_can_prepare(by, sale)
    for user in people.values():
        policies.check_can_open_bids(sale, user)
    sale.openers.exclude(user__in=people.values()).delete()
    kept = {opener.user_id: opener for opener in sale.openers.all()}
    for opener in kept.values():
        opener.name = f"was-{opener.pk}"  # names may change hands
        opener.save(update_fields=["name"])
    for name, user in people.items():
        opener = kept.get(user.pk) or Opener(sale=sale, user=user)
        opener.name = name
        opener.save()
    if new := [name for name, user in people.items() if user.pk not in kept]:
        record(sale, "openers_named", by=by, at=at, public=False, openers=", ".join(new))
    return list(sale.openers.all())


@transaction.atomic
def keep_key(*, opener: Opener, public_key: str, wrapped: dict[str, Any] | None, by: User, at: datetime) -> Opener:
    """Keep the public key an opener made in the browser, and the wrapped private one if the opener leaves it here."""
    sale = locked(opener.sale)
    if opener.user_id != by.pk:
        raise NotAllowed("Only the person who was named as this opener can make its key.")
    if sale.status != SaleStatus.DRAFT:
        raise NotAllowed("The sale is announced: a new key would shut out every bid sealed before it.")
    try:
        fingerprint(decoded(public_key))
    except ValueError:
        raise NotAllowed("This is not a public key. Make the key on the page of the opener.") from None
    Opener.objects.filter(pk=opener.pk).update(public_key=public_key, wrapped=wrapped, ready_at=at)
    opener.refresh_from_db()
    return opener


@transaction.atomic
def announce(*, sale: Sale, by: User, at: datetime, seen: str = "") -> Sale:
    """Announce: from here on lots, terms, dates and openers stand, under one hash that everybody can hold them to.

    `seen` is the hash that the page of the announcement showed; what has changed since is looked at first.
    """
    sale = locked(sale)
    policies.check_can_announce(by, sale, at)
    tape, terms = hashes_of(sale)
    if seen and seen != terms:
        raise NotAllowed("The draft has changed since this page was opened. Look at what would stand now.")
    announced = {"terms_hash": terms, "tape_sha256": tape, "announced_at": at}
    moved = Sale.objects.filter(pk=sale.pk, status=SaleStatus.DRAFT).update(status=SaleStatus.OPEN, **announced)
    if not moved:
        raise NotAllowed("The sale has moved on meanwhile.")
    sale.refresh_from_db()
    total = sale.lots.aggregate(upb=Sum("upb"))["upb"]
    return record(sale, "announced", by=by, at=at, terms=sale.terms_hash, tape=tape, upb=str(total))


@transaction.atomic
def announceable(*, sale: Sale) -> str:
    """The hash that an announcement would write now, with every lot taken anew from its bundle."""
    return hashes_of(locked(sale))[1]


def hashes_of(sale: Sale) -> tuple[str, str]:
    """The hashes of tape and terms of a draft, after its lots were taken anew from their bundles."""
    for lot in sale.lots.select_related("bundle__run__version"):
        taken_anew(lot)
    tape = tape_hash(sale.lots.exclude(status=LotStatus.WITHDRAWN))
    return tape, terms_hash(sale, tape)


@transaction.atomic
def cancel(*, sale: Sale, by: User, at: datetime, note: str) -> Sale:
    """Cancel before the opening: envelopes are deleted and were never opened; that there were some stays on record.

    A draft ends without a word to those it would have been announced to.
    """
    sale = locked(sale)
    policies.check_can_cancel(by, sale)
    draft = sale.status == SaleStatus.DRAFT
    received = SealedBid.objects.filter(sale=sale).count()
    SealedBid.objects.filter(sale=sale).delete()
    Sale.objects.filter(pk=sale.pk).update(status=SaleStatus.CANCELLED)
    sale.refresh_from_db()
    if draft:
        return record(sale, "draft_ended", by=by, at=at, note=note, public=False)
    return record(sale, "cancelled", by=by, at=at, note=note, envelopes=received)


def usual_dates(kind: str, time_zone: str, at: datetime) -> dict[str, Any]:
    """When bids are due by the custom of a kind, at two in the afternoon there, and the days that follow."""
    usual, zone = kinds()[kind], ZoneInfo(time_zone)
    due = business_day_after(at.astimezone(zone).date(), usual.days_to_bid)
    award = business_day_after(due, usual.days_to_award)
    settles = business_day_after(award, usual.days_to_settle)
    return {"bids_due_at": datetime.combine(due, USUAL_TIME, zone), "award_due_on": award, "settles_on": settles}


def business_day_after(day: date, days: int) -> date:
    """So many days later, or the next business day after that."""
    return next_business_day(day + timedelta(days=days - 1))
