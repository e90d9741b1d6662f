"""Signing what was shown, answering every question, and leaving."""

import pytest
from django.urls import reverse

from portfolios.domain.qualification import AnswerType, questions
from portfolios.domain.sales import BidderStatus
from portfolios.models import Bidder, SaleEvent
from portfolios.queries.bidding.agreements import agreement_for, signed_blocks

pytestmark = pytest.mark.django_db


@pytest.fixture
def bidder(auction):
    return auction.bidder(status=BidderStatus.INVITED)


def address(auction, name):
    return reverse(f"portfolios:{name}", args=[auction.sale.number])


def answered(kind):
    samples = {AnswerType.YES: "on", AnswerType.MONEY: "$2,500,000", AnswerType.NUMBER: "3"}
    return {
        question.code: question.choices[0] if question.choices else samples.get(question.type, "An answer")
        for question in questions(kind)
    }


def test_what_is_signed_is_what_was_shown(client, person, auction, bidder):
    shown = agreement_for(bidder)
    page = client.get(address(auction, "sale-agreement")).content.decode()
    assert shown.sha256 in page
    data = {"sha256": shown.sha256, "name": "Noor Aziz", "agreed": "on"}
    assert client.post(address(auction, "sale-agreement"), data).url == auction.sale.get_absolute_url()
    bidder.refresh_from_db()
    assert bidder.agreement_sha256 == shown.sha256
    assert signed_blocks(bidder) == shown.blocks
    assert SaleEvent.objects.get(kind="agreement_signed").facts["text"] == shown.text


def test_a_text_that_changed_meanwhile_is_not_signed(client, person, auction, bidder):
    data = {"sha256": "0" * 64, "name": "Noor Aziz", "agreed": "on"}
    answer = client.post(address(auction, "sale-agreement"), data)
    assert answer.status_code == 422
    assert "has changed since you opened it" in answer.content.decode()
    assert Bidder.objects.get(pk=bidder.pk).status == BidderStatus.INVITED


def test_without_a_name_nothing_is_signed(client, person, auction, bidder):
    data = {"sha256": agreement_for(bidder).sha256, "agreed": "on"}
    assert client.post(address(auction, "sale-agreement"), data).status_code == 422
    assert Bidder.objects.get(pk=bidder.pk).status == BidderStatus.INVITED


def test_the_statement_is_kept_by_question(client, person, auction, bidder):
    Bidder.objects.filter(pk=bidder.pk).update(status=BidderStatus.CONFIDENTIAL)
    url = address(auction, "sale-qualification")
    assert client.post(url, answered("bulk")).url == auction.sale.get_absolute_url()
    kept = Bidder.objects.get(pk=bidder.pk).statement
    assert kept["net_worth"] == "2500000"
    assert kept["true_answers"] is True
    assert "An answer" in client.get(url).content.decode()


def test_a_certification_that_is_missing_is_asked_for(client, person, auction, bidder):
    Bidder.objects.filter(pk=bidder.pk).update(status=BidderStatus.CONFIDENTIAL)
    data = answered("bulk")
    del data["no_affiliate"]
    answer = client.post(address(auction, "sale-qualification"), data)
    assert answer.status_code == 422
    assert "not taken without this" in answer.content.decode()
    assert not Bidder.objects.get(pk=bidder.pk).statement


def test_the_agreement_comes_before_the_statement(client, person, auction, bidder):
    answer = client.post(address(auction, "sale-qualification"), answered("bulk"))
    assert answer.status_code == 422
    assert "agreement first" in answer.content.decode()


def test_declining(client, person, auction, bidder):
    client.post(address(auction, "sale-decline"))
    assert Bidder.objects.get(pk=bidder.pk).status == BidderStatus.DECLINED
    page = client.get(auction.sale.get_absolute_url()).content.decode()
    assert "You do not take part" in page
