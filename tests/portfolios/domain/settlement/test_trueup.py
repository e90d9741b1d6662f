"""The true-up of a loan: its line by final figures, and what it changed by."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.settlement import Final, Loan, Terms, statement
from portfolios.domain.settlement.trueup import PARTS, change, difference, final_line

TERMS = Terms(settles_on=date(2026, 12, 18), cut_off_on=date(2026, 12, 1))
LOAN = Loan(
    "1", Decimal("200000.00"), Decimal("98.25"), Decimal("6.5"), date(2026, 12, 1), collected=Decimal("1264.14"),
    escrow=Decimal("2040.00"),
)  # fmt: skip
MONEY = st.decimals(min_value=0, max_value=10**6, places=2)
FINALS = st.builds(
    Final,
    upb=st.none() | MONEY,
    rate=st.none() | st.decimals(min_value=0, max_value=30, places=6),
    paid_to=st.none() | st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31)),
    collected=st.none() | MONEY,
    advances=st.none() | MONEY,
    escrow=st.none() | st.decimals(min_value=-1000, max_value=10**5, places=2),
)


def line(loan):
    return statement([loan], TERMS).lines[0]


def test_a_curtailment_posted_late_lowers_price_and_interest():
    """500 less: 491.25 of price; 17 days at 6.5% on 199,500 are 612.354… = 612.35 in place of 613.89."""
    changed = change(line(LOAN), final_line(LOAN, Final(upb=Decimal("199500.00")), TERMS))
    assert (changed["principal"], changed["accrued"], changed["total"]) == (
        Decimal("-491.25"), Decimal("-1.54"), Decimal("-492.79"),
    )  # fmt: skip


def test_a_loan_that_was_gone_before_the_cut_off_gives_its_price_and_interest_back():
    changed = change(line(LOAN), final_line(LOAN, Final(upb=Decimal(0)), TERMS))
    assert changed["total"] == -(line(LOAN).principal + line(LOAN).accrued)


def test_a_payoff_after_the_cut_off_is_a_collection_in_full_and_the_price_stands():
    changed = change(line(LOAN), final_line(LOAN, Final(collected=Decimal("200541.67")), TERMS))
    assert (changed["principal"], changed["total"]) == (0, Decimal("-199277.53"))


def test_figures_that_nobody_states_change_nothing():
    assert change(line(LOAN), final_line(LOAN, Final(), TERMS)) == dict.fromkeys(PARTS, 0)


@given(FINALS)
def test_a_change_adds_up_to_the_cent(final):
    changed = change(line(LOAN), final_line(LOAN, final, TERMS))
    parts = changed["principal"] + changed["accrued"] - changed["collected"] + changed["advances"] - changed["escrow"]
    assert changed["total"] == parts == parts.quantize(Decimal("0.01"))


@given(st.lists(st.tuples(FINALS, FINALS), max_size=6))
def test_two_true_ups_come_to_what_one_with_the_last_figures_would(pairs):
    """What is paid in the end does not depend on how many times it was stated."""
    base = line(LOAN)
    between = [final_line(LOAN, first, TERMS) for first, _ in pairs]
    ends = [final_line(LOAN, second, TERMS) for _, second in pairs]
    steps = difference(change(base, one) for one in between)
    steps += difference(change(one, end) for one, end in zip(between, ends, strict=True))
    assert steps == difference(change(base, end) for end in ends)
