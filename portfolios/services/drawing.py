"""Papers of a settlement drawn up: at once where the loans are few, else by a worker under a lease.

PostgreSQL says what waits; a message is only a hint. A paper is computed without a lock on the settlement, and put in
force in one transaction that finds everything it rests on as it was: what changed meanwhile has the paper drawn up
again. So a worker that is killed leaves nothing half done, and the next one begins anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from accounts.policies import NotAllowed
from loans.services.intake import Clock
from portfolios.domain.settlement.papers import Paper
from portfolios.models import Settlement, SettlementWork
from portfolios.queries.settlements.trueups import open_true_up
from portfolios.services import agreements, statements, trueups
from portfolios.services.settlements import locked
from portfolios.services.statementlines import Tick

AT_ONCE = 2_000  # loans up to which nobody waits long enough to be told of a worker
LEASE = timedelta(seconds=180)  # renewed with every batch of loans
MAX_ATTEMPTS = 5
HOPELESS = (
    "It could not be drawn up in {attempts} tries, for a reason on our side. Staff can see the cause in the log. "
    "Nothing is lost: ask for it again after that."
)
RESTS_ON = (
    "price", "cut_off_on", "settles_on", "deposit", "servicing", "statement", "terms", "seller_agreed_at",
    "buyer_agreed_at",
)  # fmt: skip
FRESH: dict[str, Any] = {"loans_done": 0, "lease_until": None, "attempts": 0, "problem": ""}


class Lost(Exception):
    """The work is another worker's by now, or was taken back."""


class Changed(Exception):
    """What the paper rests on changed while it was drawn up."""


@dataclass(frozen=True)
class Maker:
    """How a paper is made: whether it may be, whether it stands already, its making, and how it comes into force."""

    check: Callable[[User, Settlement], None]
    stands: Callable[[Settlement], bool]
    draw: Callable[[Settlement, Tick], Any]
    keep: Callable[..., Settlement]


MAKERS = MappingProxyType(
    {
        Paper.AGREEMENT: Maker(agreements.check, lambda _: False, agreements.draw, agreements.keep),
        Paper.STATEMENT: Maker(statements.check, statements.stands, statements.draw, statements.keep),
        Paper.TRUE_UP: Maker(trueups.check, trueups.stands, trueups.draw, trueups.keep),
    }
)


@transaction.atomic
def draw_up(*, settlement: Settlement, paper: Paper, by: User, at: datetime) -> SettlementWork | None:
    """Have a paper drawn up; what a worker has to do for it, None where nothing is left to do.

    Asking again while it is being drawn up, or while it stands, changes nothing.
    """
    settlement = locked(settlement)
    MAKERS[paper].check(by, settlement)
    if MAKERS[paper].stands(settlement):
        return None
    if known := work_of(settlement, paper).filter(problem="").first():
        return known
    return ask(settlement, paper, by=by, at=at)


@transaction.atomic
def true_up(*, settlement: Settlement, upload: File, by: User, at: datetime) -> SettlementWork | None:
    """Take final figures of the closing and have the second statement drawn up, in place of one that was not agreed to.

    Raises NotAllowed, or BadList with every problem of the list.
    """
    settlement = locked(settlement)
    trueups.state(settlement, upload, by=by, at=at)
    return ask(settlement, Paper.TRUE_UP, by=by, at=at)


def ask(settlement: Settlement, paper: Paper, *, by: User, at: datetime) -> SettlementWork | None:
    """Note what is to be drawn up, in the transaction in which it was decided; with few loans it is done in it too."""
    asked = {"by": by, "at": at, **FRESH}
    work, _ = SettlementWork.objects.update_or_create(settlement=settlement, paper=paper, defaults=asked)
    if settlement.loans.count() > AT_ONCE:
        return work
    held = claim(work_id=work.pk, at=at)
    if held is None:
        raise Lost
    carry_out(held, clock=lambda: at)
    return None


def do(*, work_id: int, clock: Clock) -> bool:
    """Draw up what waits; False when it is done, given up, or another worker's. What cannot be made says why."""
    held = claim(work_id=work_id, at=clock())
    if held is None:
        return False
    try:
        carry_out(held, clock=clock)
    except Lost:
        return False
    except Changed:
        mine(held).update(**FRESH)
    except NotAllowed as refusal:
        mine(held).update(lease_until=None, problem=str(refusal))
    except Exception:
        mine(held).update(lease_until=None)
        raise
    return True


def claim(*, work_id: int, at: datetime) -> SettlementWork | None:
    """Take what waits; None when somebody else works on it, it is done, or it was given up."""
    taken = free(at).filter(pk=work_id, attempts__lt=MAX_ATTEMPTS)
    if not taken.update(lease_until=at + LEASE, attempts=F("attempts") + 1, loans_done=0):
        return None
    related = ("by", "settlement__award__sale__seller", "settlement__award__offer__bid", "settlement__buyer")
    return SettlementWork.objects.select_related(*related).filter(pk=work_id).first()


def carry_out(held: SettlementWork, *, clock: Clock) -> None:
    """Compute the paper, then put it in force; raises Changed where what it rests on is not what it was."""
    settlement, maker = held.settlement, MAKERS[Paper(held.paper)]
    before = rests_on(settlement)
    try:
        drawn = maker.draw(settlement, lambda done: renew(held, at=clock(), done=done))
    except (Lost, NotAllowed):
        raise
    except Exception:
        if rests_on(settlement) != before:
            raise Changed from None
        raise
    finish(held, maker, drawn, before, at=clock())


@transaction.atomic
def finish(held: SettlementWork, maker: Maker, drawn: Any, before: object, *, at: datetime) -> None:
    """Put a paper in force and take its work away, both or neither; a settlement that moved on keeps what it has."""
    settlement = locked(held.settlement)
    if not mine(held).select_for_update().exists():
        raise Lost
    if rests_on(settlement) != before:
        raise Changed
    mine(held).delete()
    try:
        maker.check(held.by, settlement)
    except NotAllowed:
        return
    maker.keep(settlement, drawn, by=held.by, at=at)


def rests_on(settlement: Settlement) -> object:
    """Everything that papers are made from and that can change: the loans do only where both sides agree anew."""
    values = Settlement.objects.filter(pk=settlement.pk).values_list(*RESTS_ON).first()
    finals = open_true_up(settlement)
    return values, (finals.pk, finals.figures.name) if finals else None


def renew(held: SettlementWork, *, at: datetime, done: int) -> None:
    """Hold the lease longer and note how far the paper is; raises Lost when it is another worker's by now."""
    if not mine(held).update(lease_until=at + LEASE, loans_done=done):
        raise Lost
    held.lease_until = at + LEASE


def mine(held: SettlementWork) -> QuerySet[SettlementWork]:
    """The row of a work as long as its lease is the one that was taken."""
    return SettlementWork.objects.filter(pk=held.pk, lease_until=held.lease_until)


def work_of(settlement: Settlement, paper: Paper) -> QuerySet[SettlementWork]:
    return SettlementWork.objects.filter(settlement=settlement, paper=paper)


def free(at: datetime) -> QuerySet[SettlementWork]:
    """What waits and no worker holds."""
    return SettlementWork.objects.filter(Q(lease_until=None) | Q(lease_until__lt=at), problem="")


def waiting(*, at: datetime) -> list[int]:
    """Work that waits although no worker holds it."""
    return list(free(at).filter(attempts__lt=MAX_ATTEMPTS).values_list("pk", flat=True))


def give_up_hopeless(*, at: datetime) -> int:
    """End what was tried too often; returns how much there was."""
    tried = free(at).filter(attempts__gte=MAX_ATTEMPTS)
    return tried.update(problem=HOPELESS.format(attempts=MAX_ATTEMPTS))
