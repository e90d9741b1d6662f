"""Papers by a worker under a lease: the same as at once, never half, never twice, never from what is out of date."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from django.db import transaction

from portfolios import tasks
from portfolios.domain.settlement import Paper
from portfolios.models import SettlementWork
from portfolios.queries.settlements.papers import making
from portfolios.services import agreements, drawing, kickouts, settlements, statementlines, statements
from tests.portfolios.closing import LATER, upload

AFTER_THE_LEASE = LATER + drawing.LEASE + timedelta(seconds=2)


class KilledError(BaseException):
    """A worker that ends without a word: nothing catches it, nothing is put back."""


@pytest.fixture
def by_worker(monkeypatch):
    """Every settlement is large: nothing is done in the request."""
    monkeypatch.setattr(drawing, "AT_ONCE", 0)


def agreed(closing):
    for person in (closing.seller, closing.buyer):
        kickouts.agree(settlement=closing.settlement, by=person, at=LATER)
    return closing.again()


@pytest.fixture
def listed(closing, by_worker):
    """A settlement whose list is closed."""
    agreed(closing)
    return closing


def ask(closing, paper=Paper.STATEMENT, at=LATER):
    return drawing.draw_up(settlement=closing.settlement, paper=paper, by=closing.seller, at=at)


def events(closing, kind="statement"):
    return closing.settlement.events.filter(kind=kind).count()


def dies(*_arguments, **_more):
    raise KilledError


def test_a_worker_draws_up_the_same_as_the_request(listed, monkeypatch):
    work = ask(listed)
    assert listed.again().funds is None
    assert making(listed.settlement, Paper.STATEMENT).title == "The statement is being drawn up"
    assert drawing.waiting(at=LATER) == [work.pk]
    tasks.draw_paper(work.pk)
    by_worker = listed.again().totals
    statements.deposit(settlement=listed.settlement, amount=Decimal("25000.00"), by=listed.seller, at=LATER)
    monkeypatch.setattr(drawing, "AT_ONCE", 2_000)
    assert ask(listed) is None
    assert listed.again().totals == by_worker
    assert not SettlementWork.objects.exists()


def test_asking_twice_is_asking_once(listed):
    work = ask(listed)
    assert ask(listed) == work
    assert drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert not drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert ask(listed) is None
    assert events(listed) == 1


@pytest.mark.parametrize("paper", [Paper.AGREEMENT, Paper.STATEMENT])
@pytest.mark.parametrize("where", ["draw", "keep"])
def test_a_worker_killed_anywhere_leaves_nothing_half_and_another_begins_anew(listed, monkeypatch, paper, where):
    work, maker = ask(listed, paper), drawing.MAKERS[paper]
    deadly = {**drawing.MAKERS, paper: drawing.Maker(**{**vars(maker), where: dies})}
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "MAKERS", deadly)
        with pytest.raises(KilledError):
            drawing.do(work_id=work.pk, clock=lambda: LATER)
    found = listed.again()
    assert (found.agreement, found.statement.name, found.totals, found.funds) == ("", "", {}, None)
    assert not drawing.do(work_id=work.pk, clock=lambda: LATER), "the lease of the dead worker still runs"
    assert drawing.waiting(at=AFTER_THE_LEASE) == [work.pk]
    assert drawing.do(work_id=work.pk, clock=lambda: AFTER_THE_LEASE)
    assert listed.again().agreement_sha256 or listed.settlement.funds == Decimal("1971138.90")
    assert events(listed, "drafted" if paper == Paper.AGREEMENT else "statement") == 1


@pytest.mark.django_db(transaction=True)
def test_a_kill_inside_the_last_transaction_rolls_all_of_it_back(by_worker, monkeypatch):
    from tests.portfolios.closing import make_closing

    with transaction.atomic():
        closing = make_closing(loans=2, kick_out_percent="100")
    agreed(closing)
    work = ask(closing)
    with monkeypatch.context() as patch:
        patch.setattr(statements, "record", dies)
        with pytest.raises(KilledError):
            drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert closing.again().funds is None
    assert SettlementWork.objects.get().attempts == 1
    assert drawing.do(work_id=work.pk, clock=lambda: AFTER_THE_LEASE)
    assert (closing.again().funds is not None, events(closing)) == (True, 1)


def test_what_changes_meanwhile_has_it_drawn_up_again(listed, monkeypatch):
    work = ask(listed)

    def changed(settlement, found):
        statements.deposit(settlement=settlement, amount=Decimal("1000.00"), by=listed.seller, at=LATER)
        return found

    with monkeypatch.context() as patch:
        computed = statements.computed
        patch.setattr(statements, "computed", lambda one, tick: changed(one, computed(one, tick)))
        assert drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert listed.again().funds is None
    assert drawing.waiting(at=LATER) == [work.pk], "it waits for the next sweep, without a lost try"
    assert drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert listed.again().totals["wire"] == str(Decimal("1971138.90") - 1000)
    assert events(listed) == 1


def test_a_list_that_is_opened_again_takes_the_work_back(listed, monkeypatch):
    work = ask(listed)

    def reopened(one, tick):
        kickouts.reopen(settlement=one, by=listed.buyer, at=LATER, note="A loan was paid off.")
        return computed(one, tick)

    computed = statements.computed
    monkeypatch.setattr(statements, "computed", reopened)
    assert not drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert (listed.again().status, listed.settlement.funds, events(listed)) == ("diligence", None, 0)


def test_an_agreement_signed_meanwhile_stays_the_one_that_was_signed(listed):
    drawing.do(work_id=ask(listed, Paper.AGREEMENT).pk, clock=lambda: LATER)
    work, found = ask(listed, Paper.AGREEMENT), listed.again()
    for person in (listed.seller, listed.buyer):
        agreements.sign(settlement=found, sha256=found.agreement_sha256, by=person, at=LATER)
    assert drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert (listed.again().status, listed.settlement.agreement) == ("signed", found.agreement)
    assert not SettlementWork.objects.exists()


def test_a_worker_that_was_slow_stores_nothing_over_another(listed, monkeypatch):
    work = ask(listed)

    def overtaken(one, tick):
        with monkeypatch.context() as patch:
            patch.setattr(statements, "computed", computed)
            assert drawing.do(work_id=work.pk, clock=lambda: AFTER_THE_LEASE)
        return computed(one, tick)

    computed = statements.computed
    monkeypatch.setattr(statements, "computed", overtaken)
    assert not drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert events(listed) == 1


def test_progress_is_told_by_loans(listed, monkeypatch):
    monkeypatch.setattr(statementlines, "BATCH", 4)
    work, told = ask(listed), []
    renew = drawing.renew
    monkeypatch.setattr(drawing, "renew", lambda held, at, done: (told.append(done), renew(held, at=at, done=done)))
    drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert told == [4, 8, 10]


def test_what_fails_again_and_again_is_given_up_with_a_sentence(listed, monkeypatch):
    work, at = ask(listed), LATER
    with monkeypatch.context() as patch:
        patch.setattr(statements, "computed", lambda one, tick: 1 / 0)
        for _ in range(drawing.MAX_ATTEMPTS):
            with pytest.raises(ZeroDivisionError):
                drawing.do(work_id=work.pk, clock=lambda: at)
    assert drawing.give_up_hopeless(at=at) == 1
    shown = making(listed.settlement, Paper.STATEMENT)
    assert (shown.title, "in 5 tries" in shown.work.problem) == ("The statement was not drawn up.", True)
    again = ask(listed)
    assert drawing.do(work_id=again.pk, clock=lambda: LATER)
    assert events(listed) == 1


def test_what_the_figures_do_not_allow_is_said(listed, monkeypatch):
    tape_of = statementlines.tape_of
    blank = pl.lit(None, pl.String).alias("tape_rate")
    monkeypatch.setattr(statementlines, "tape_of", lambda lot, rows: tape_of(lot, rows).with_columns(blank))
    work = ask(listed)
    assert drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert "10 of 10 loans have no rate" in making(listed.settlement, Paper.STATEMENT).work.problem
    assert drawing.waiting(at=AFTER_THE_LEASE) == []


def test_stated_figures_of_another_day_are_in_the_next_statement(listed):
    work = ask(listed)
    text = upload("loan_id,collected\nL00001,100.00\n")
    statements.state(settlement=listed.settlement, upload=text, by=listed.seller, at=LATER)
    drawing.do(work_id=work.pk, clock=lambda: LATER)
    assert listed.again().totals["collected"] == "100.00"


def test_an_ended_settlement_has_nothing_drawn_up(listed):
    work = ask(listed)
    settlements.fail(settlement=listed.settlement, by=listed.seller, at=LATER, note="The buyer withdrew.")
    assert not drawing.do(work_id=work.pk, clock=lambda: LATER)
