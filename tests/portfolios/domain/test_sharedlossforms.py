"""Forms of shared-loss agreements, and the worked example: a loss costs the bank all, a fifth, or a twentieth of it."""

from datetime import date
from decimal import Decimal

import pytest

from portfolios.domain.shared_loss import Month, Tier, certificates
from portfolios.domain.sharedlossforms import cost_share, forced_sale_on, forms, tiers_of

MILLION = Decimal(1_000_000)
COVERED = Decimal("12755.4") * MILLION
LOSSES = [("1500", "0"), ("1000", "20"), ("200", "10"), ("900", "30"), ("500", "0"), ("0", "60"), ("300", "0")]


def onewest() -> tuple[Tier, ...]:
    return tiers_of(forms()["onewest_2009"], COVERED, {})


def test_every_form_says_since_when_and_how_sure():
    assert list(forms()) == ["standard_2009", "onewest_2009", "flat_2010"]
    for form in forms().values():
        assert form.status == "stored"
        assert form.source.endswith(".")


def test_tiers_by_share_of_the_pool():
    assert onewest() == (
        Tier(Decimal(0), Decimal(0)),
        Tier(Decimal("2551080000.00"), Decimal(80)),
        Tier(Decimal("3826620000.00"), Decimal(95)),
    )


def test_the_worked_example_month_by_month():
    months = [
        Month(date(2010, number, 1), Decimal(loss) * MILLION, Decimal(back) * MILLION)
        for number, (loss, back) in enumerate(LOSSES, start=1)
    ]
    found = certificates(months, onewest())
    payments = [Decimal(text) for text in ("0", "0", "95136000", "696000000", "432007000", "-57000000", "285000000")]
    assert [each.payment for each in found] == payments
    assert found[-1].share == sum(payments)


@pytest.mark.parametrize(
    ("before", "bank"), [("0", "9100000.00"), ("3000", "1820000.00"), ("4000", "455000.00")], ids=["0", "80", "95"]
)
def test_why_the_receiver_consents_to_a_sale(before, bank):
    """40.0 million sold at 78.00 with costs of 0.3 million: a portfolio loss of 9.1 million."""
    share = cost_share(
        book=40 * MILLION,
        price=Decimal("31200000"),
        costs=Decimal("300000"),
        before=Decimal(before) * MILLION,
        tiers=onewest(),
    )
    assert (share.loss, share.bank) == (Decimal("9100000"), Decimal(bank))
    assert share.bank + share.receiver == share.loss
    assert share.net_to_bank == 40 * MILLION - share.bank


def test_amounts_that_each_agreement_states():
    form = forms()["standard_2009"]
    stated = {"first_loss": Decimal("5000000"), "stated_threshold": Decimal("30000000")}
    assert [tier.start for tier in tiers_of(form, COVERED, stated)] == [0, Decimal(5_000_000), Decimal(30_000_000)]
    none = tiers_of(form, COVERED, stated | {"first_loss": Decimal(0)})
    assert [(tier.start, tier.percent) for tier in none] == [(0, 80), (Decimal(30_000_000), 95)]
    with pytest.raises(ValueError, match="begins above the one before"):
        tiers_of(form, COVERED, {"first_loss": Decimal(9), "stated_threshold": Decimal(5)})


@pytest.mark.parametrize(
    ("ends", "forced"),
    [((2019, 3, 31), (2018, 9, 30)), ((2020, 8, 31), (2020, 2, 29)), ((2019, 3, 19), (2018, 9, 19))],
)
def test_a_sale_can_be_demanded_six_months_before_the_end(ends, forced):
    assert forced_sale_on(date(*ends)) == date(*forced)
