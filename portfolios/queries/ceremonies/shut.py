"""Envelopes that the parts given so far do not open, and which openers could still open them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portfolios.domain.sealing import Envelope, NotAnEnvelope, Part, keys_of, receipt_of
from portfolios.models import Opener, OpeningPart, Sale, SaleEvent, SealedBid

DISAGREE = "parts_disagree"
TIME_TO_HELP = timedelta(hours=24)  # for the openers who gave nothing yet, before the seller may open without a bid


@dataclass(frozen=True, slots=True)
class Shut:
    """An envelope and the groups, by opener's name, whose parts do not make the key it is committed to."""

    position: int
    groups: tuple[tuple[str, ...], ...]


def shut_of(sale: Sale, entries: Collection[SealedBid]) -> tuple[Shut, ...]:
    """The envelopes that a group gave all parts for and that no group opens.

    One that was changed after it was received is not among them: no parts help there, and the opening reports it.
    """
    given: dict[int, list[Part]] = {}
    for row in OpeningPart.objects.filter(bid__in=entries).select_related("opener"):
        given.setdefault(row.bid_id, []).append(Part(tuple(row.group), row.opener.name, row.part))
    found = (Shut(entry.position, groups_that_fail(entry, given.get(entry.pk, ()))) for entry in entries)
    return tuple(sorted((each for each in found if each.groups), key=lambda each: each.position))


def groups_that_fail(entry: SealedBid, parts: Iterable[Part]) -> tuple[tuple[str, ...], ...]:
    """The groups that do not open an envelope; none where one does, or where the envelope is spoiled."""
    data = bytes(entry.envelope)
    try:
        keys = keys_of(Envelope.from_bytes(data), parts) if receipt_of(data) == entry.receipt else {}
    except NotAnEnvelope:
        return ()
    return () if any(keys.values()) else tuple(keys)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What keeps the bids shut although k openers gave parts: the envelopes, who may have failed, who can help.

    `without_from` is when the seller may open the others without these.
    """

    shut: tuple[Shut, ...]
    named: tuple[Opener, ...]
    helpers: tuple[Opener, ...]
    since: datetime

    @property
    def positions(self) -> str:
        return ", ".join(str(each.position) for each in self.shut)

    @property
    def without_from(self) -> datetime:
        return self.since + TIME_TO_HELP


def disagreement_of(sale: Sale, entries: Collection[SealedBid]) -> Disagreement | None:
    """What keeps the bids of this round shut, or None where nothing does."""
    event = SaleEvent.objects.filter(sale=sale, kind=DISAGREE, facts__round=sale.round).order_by("at", "pk").first()
    shut = shut_of(sale, entries) if event else ()
    if event is None or not shut:
        return None
    gave = set(OpeningPart.objects.filter(bid__in=entries).values_list("opener", flat=True))
    openers = list(sale.openers.select_related("user__organization").defer("wrapped").order_by("name"))
    failed = {name for each in shut for group in each.groups for name in group}
    named = tuple(opener for opener in openers if opener.name in failed)
    return Disagreement(shut, named, tuple(opener for opener in openers if opener.pk not in gave), event.at)
