"""Money is conserved: principal adds up to the balance, whatever prepays or defaults, loan by loan and in total."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.cashflow import (
    DefaultAssumption,
    DefaultOrder,
    Loans,
    PassThrough,
    cash_flows,
    default_cash_flows,
    loan_totals,
    pac_schedule,
    sequential_principal,
    support_principal,
)
from portfolios.domain.prepayment import Speed, sda_to_mdr

pools = st.builds(
    PassThrough,
    balance=st.floats(1, 1e9),
    gross=st.floats(0, 15),
    net=st.floats(0, 15),
    remaining=st.integers(1, 360),
)
rates = st.floats(0, 100)


@given(pools, rates)
def test_principal_adds_up_and_balances_are_never_negative(pool: PassThrough, smm: float) -> None:
    flows = cash_flows(pool, np.full(pool.months, smm))
    assert flows.principal.sum() == pytest.approx(pool.balance)
    assert flows.balance_end.min() >= -1e-6 * pool.balance
    assert flows.balance_end[-1] == pytest.approx(0, abs=1e-6 * pool.balance)
    assert min(flows.scheduled.min(), flows.prepaid.min()) >= 0
    assert flows.investor == pytest.approx(flows.mortgage_payment + flows.prepaid - flows.servicing)


@given(pools, st.floats(0, 30), st.integers(0, 24))
def test_the_closed_form_is_the_recursion(pool: PassThrough, smm: float, months: int) -> None:
    flows = cash_flows(pool, np.full(months, smm))
    path = np.append(flows.balance_begin, flows.balance_end[-1:])
    for month in range(months):
        scheduled = flows.scheduled[month]
        prepaid = (path[month] - scheduled) * smm / 100
        assert path[month + 1] == pytest.approx(path[month] - scheduled - prepaid, abs=1e-7 * pool.balance)


def test_a_full_prepayment_ends_the_pool_with_zeros() -> None:
    flows = cash_flows(PassThrough(1000.0, 6.0, 5.5, 12), [100.0, 1.0, 1.0])
    assert flows.balance_begin.tolist() == [1000.0, 0.0, 0.0]
    assert flows.investor[1:].tolist() == [0.0, 0.0]


@given(pools, st.floats(0, 60), st.floats(0, 60), st.integers(0, 24), st.floats(0, 1.2), st.sampled_from(DefaultOrder))
def test_with_defaults_all_money_is_somewhere(
    pool: PassThrough, smm: float, mdr: float, lag: int, severity: float, order: DefaultOrder
) -> None:
    months = pool.months
    assumption = DefaultAssumption(lag, severity, advances=True, order=order)
    flows = default_cash_flows(pool, np.full(months, smm), np.full(months, mdr), assumption)
    everything = flows.principal.sum() + flows.principal_loss.sum()
    assert everything == pytest.approx(pool.balance)
    assert flows.performing_balance.min() >= 0
    assert flows.performing_balance[-1] == pytest.approx(0, abs=1e-9 * pool.balance)
    assert flows.in_foreclosure[-1] == pytest.approx(0, abs=1e-6 * pool.balance)


@given(pools, st.floats(0, 40), st.floats(0, 40), st.integers(0, 18))
def test_without_advances_the_balance_at_default_is_liquidated(
    pool: PassThrough, smm: float, mdr: float, lag: int
) -> None:
    months = pool.months
    assumption = DefaultAssumption(lag, 0.3, advances=False)
    flows = default_cash_flows(pool, np.full(months, smm), np.full(months, mdr), assumption)
    assert flows.amortized_default_balance.sum() == pytest.approx(flows.new_defaults.sum())
    assert flows.principal_loss.sum() == pytest.approx(0.3 * flows.new_defaults.sum())


@given(pools, st.floats(0, 30))
def test_without_defaults_it_is_the_plain_cash_flow(pool: PassThrough, smm: float) -> None:
    speeds = np.full(pool.months, smm)
    plain = cash_flows(pool, speeds)
    for order in DefaultOrder:
        flows = default_cash_flows(pool, speeds, np.zeros(pool.months), DefaultAssumption(12, 0.2, order=order))
        assert flows.principal == pytest.approx(plain.principal, abs=1e-7 * pool.balance)
        assert flows.actual_interest == pytest.approx(plain.net_interest, abs=1e-7 * pool.balance)


def test_pools_side_by_side_are_the_pools_alone() -> None:
    many = PassThrough([1e6, 5e5, 2e6], [6.0, 0.0, 4.5], [5.5, 0.0, 4.0], [360, 120, 30])
    smm, mdr, assumption = np.full(360, 0.8), np.full(360, 0.2), DefaultAssumption(10, 0.35)
    plain, with_defaults = cash_flows(many, smm), default_cash_flows(many, smm, mdr, assumption)
    for at in range(3):
        alone = PassThrough(*(np.asarray(getattr(many, name))[at] for name in PassThrough.__slots__))
        assert plain.investor[:, at] == pytest.approx(cash_flows(alone, smm).investor)
        expected = default_cash_flows(alone, smm, mdr, assumption)
        assert with_defaults.principal[:, at] == pytest.approx(expected.principal)
        assert with_defaults.in_foreclosure[:, at] == pytest.approx(expected.in_foreclosure)


def test_100_sda_at_150_psa_defaults_278_of_10_000() -> None:
    """SF-20, SF-21: a new pool of 8 percent, 30 years."""
    smm, mdr = Speed.flat("PSA", 150).smm(age=0, months=360), sda_to_mdr(100, np.arange(1, 361))
    flows = default_cash_flows(PassThrough(10_000.0, 8.0, 8.0, 360), smm, mdr, DefaultAssumption(12, 0.2))
    assert flows.cumulative_default == pytest.approx(278, abs=0.5)


def test_the_orders_take_defaults_from_different_balances() -> None:
    pool, smm, mdr = PassThrough(1000.0, 6.0, 6.0, 60), np.full(60, 2.0), np.full(60, 1.0)
    first = {
        order: default_cash_flows(pool, smm, mdr, DefaultAssumption(6, 0.4, order=order)).new_defaults[0]
        for order in DefaultOrder
    }
    assert first[DefaultOrder.BMA] == first[DefaultOrder.DEFAULTS_FIRST] == 10.0
    assert first[DefaultOrder.PREPAYMENTS_FIRST] < first[DefaultOrder.HANDBOOK] < first[DefaultOrder.BMA]


def _loans(count: int, seed: int = 7) -> Loans:
    pick = np.random.default_rng(seed)
    gross = pick.uniform(0, 8, count)
    return Loans(
        balance=pick.uniform(50_000, 800_000, count),
        gross=gross,
        net=np.maximum(gross - 0.5, 0),
        remaining=pick.integers(1, 361, count),
        age=pick.integers(0, 90, count),
    )


def test_totals_are_the_sums_of_the_loans() -> None:
    loans, speeds = _loans(1_203), [Speed.flat("PSA", 0), Speed.flat("PSA", 250), Speed.flat("CPR", 8)]
    totals = loan_totals(loans, speeds, 360)
    for row, speed in enumerate(speeds):
        smm = np.stack([speed.smm(age=int(age), months=360) for age in loans.age], axis=1)
        flows = cash_flows(PassThrough(loans.balance, loans.gross, loans.net, loans.remaining), smm)
        for name in ("balance_begin", "scheduled", "prepaid", "gross_interest", "net_interest"):
            assert getattr(totals, name)[row] == pytest.approx(getattr(flows, name).sum(axis=1), abs=1e-4)
    assert totals.principal.sum(axis=1) == pytest.approx(np.full(3, loans.balance.sum()))
    assert totals.balance_end[:, -1] == pytest.approx(np.zeros(3), abs=1e-4)


def test_the_order_of_the_loans_changes_nothing() -> None:
    loans, speeds = _loans(500), [Speed.flat("PSA", 175)]
    shuffled = loans.take(np.random.default_rng(1).permutation(500))
    assert loan_totals(loans, speeds, 360).principal == pytest.approx(loan_totals(shuffled, speeds, 360).principal)


def test_no_loans_have_no_cash_flows() -> None:
    nothing = loan_totals(_loans(1).take(np.array([], dtype=int)), [Speed.flat("PSA", 100)], 12)
    assert nothing.principal.tolist() == [[0.0] * 12]


def test_equal_loans_are_their_pool() -> None:
    loans = _loans(1)
    many = loans.take(np.zeros(40, dtype=int))
    speed = Speed.flat("PSA", 300)
    pool = PassThrough(float(loans.balance[0]) * 40, loans.gross[0], loans.net[0], int(loans.remaining[0]))
    alone = cash_flows(pool, speed.smm(age=int(loans.age[0]), months=pool.months))
    assert loan_totals(many, [speed], pool.months).prepaid[0] == pytest.approx(alone.prepaid)


def _principal(psa: float) -> np.ndarray:
    speed = Speed.flat("PSA", psa).smm(age=3, months=357)
    return cash_flows(PassThrough(400e6, 8.125, 7.5, 357), speed).principal


def test_sequential_tranches_are_paid_one_after_the_other() -> None:
    principal, sizes = _principal(165), [194.5e6, 36e6, 96.5e6, 73e6]
    parts = sequential_principal(principal, sizes)
    assert [part.sum() for part in parts] == pytest.approx(sizes)
    assert sum(parts) == pytest.approx(principal)
    last_of_first, first_of_second = np.flatnonzero(parts[0]).max(), np.flatnonzero(parts[1] > 1e-6).min()
    assert first_of_second >= last_of_first


@given(st.floats(90, 300))
def test_a_planned_class_gets_its_schedule_inside_the_band(psa: float) -> None:
    schedule = pac_schedule(_principal(90), _principal(300))
    pac, support = support_principal(_principal(psa), schedule, float(schedule.sum()))
    assert pac == pytest.approx(schedule, abs=1.0)
    assert pac + support == pytest.approx(_principal(psa))


@pytest.mark.parametrize("psa", [0, 50, 700])
def test_outside_the_band_all_principal_is_still_paid(psa: float) -> None:
    schedule = pac_schedule(_principal(90), _principal(300))
    pac, support = support_principal(_principal(psa), schedule, float(schedule.sum()))
    assert pac.sum() == pytest.approx(float(schedule.sum()))
    assert pac + support == pytest.approx(_principal(psa))
    assert support.min() >= 0
