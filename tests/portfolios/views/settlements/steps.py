"""Tabs of a settlement as both sides read them, and its steps taken by services."""

from django.test import Client
from django.urls import reverse

from portfolios.domain.settlement import Paper
from portfolios.services import (
    agreements,
    bringdowns,
    drawing,
    fundings,
    kickouts,
)
from tests.diligence.services.pipeline import TODAY, completed
from tests.portfolios.closing import LATER

TABS = ("", "loans", "bring-down", "agreement", "statement", "true-up", "after", "history")


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def address(closing, name="", **more):
    one = {"number": closing.settlement.award.sale.number, "pk": closing.settlement.pk}
    return reverse(f"portfolios:settlement-{name}".removesuffix("-"), kwargs=one | more)


class Pages(dict[str, str]):
    """The text of each tab as a person reads it, asked for when it is looked at."""

    def __init__(self, closing, person):
        super().__init__()
        self.closing, self.client = closing, client_of(person)

    def __missing__(self, tab):
        answer = self.client.get(address(self.closing, tab))
        assert answer.status_code == 200, tab
        self[tab] = answer.content.decode()
        return self[tab]

    def all(self):
        """The text of all tabs."""
        return "".join(self[tab] for tab in TABS)


def both(closing):
    return Pages(closing, closing.seller), Pages(closing, closing.buyer)


def every_tab(closing):
    """What both sides read, after they opened all of it."""
    seller, buyer = both(closing)
    assert seller.all()
    assert buyer.all()
    return seller, buyer


def post(closing, person, name, data=None, **more):
    return client_of(person).post(address(closing, name, **more), data or {}, follow=True)


def checked(closing):
    run = bringdowns.check(
        settlement=closing.settlement, lot=closing.lots["A"], criteria=closing.criteria, as_of=TODAY, by=closing.buyer,
        at=LATER,
    )  # fmt: skip
    return completed(run)


STEPS = ("agreed", "drafted", "signed", "statement", "funded", "settled")


def advance(closing, to):
    """Take the settlement on to a step by its services."""
    for step in STEPS[: STEPS.index(to) + 1]:
        take(closing, step)
    return closing.again()


def take(closing, step):
    """Take the next step by the services."""
    found = closing.again()
    if step == "agreed":
        for person in (closing.seller, closing.buyer):
            kickouts.agree(settlement=found, by=person, at=LATER)
    elif step == "drafted":
        drawing.draw_up(settlement=found, paper=Paper.AGREEMENT, by=closing.seller, at=LATER)
    elif step == "signed":
        for person in (closing.seller, closing.buyer):
            agreements.sign(settlement=found, sha256=found.agreement_sha256, by=person, at=LATER)
    elif step == "statement":
        drawing.draw_up(settlement=found, paper=Paper.STATEMENT, by=closing.seller, at=LATER)
    elif step == "funded":
        fundings.fund(settlement=found, reference="FED 7", by=closing.buyer, at=LATER)
    else:
        fundings.confirm_money(settlement=found, by=closing.seller, at=LATER)
        fundings.confirm_loans(settlement=found, by=closing.buyer, at=LATER)
