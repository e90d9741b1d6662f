"""Every page of a bundle × who asks: own lender, other lender, purchaser, other purchaser, wrong role, nobody."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from portfolios import policies
from portfolios.services import bundles
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers

pytestmark = pytest.mark.django_db

READ = ("bundle", "loans", "approval", "history", "history-csv")


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def asks(deal):
    """Status of a page by who asks for it."""
    other = offers.purchaser()
    people = {
        "own lender": deal.manager,
        "other lender": offers.lender(),
        "reviewer": deal.reviewer,
        "approver": deal.approver,
        "analyst": deal.analyst,
        "other purchaser": offers.person(other, Role.REVIEWER, Role.APPROVER, Role.ANALYST),
        "wrong role": offers.person(deal.purchaser, Role.ADMIN),
        "nobody": None,
    }

    clients = {}

    def ask(name, url, method="get", **data):
        if name not in clients:
            clients[name] = Client()
            if people[name]:
                clients[name].force_login(people[name])
        return getattr(clients[name], method)(url, data)

    ask.people = people
    return ask


def url(name: str, bundle, **more) -> str:
    return reverse(f"portfolios:{name}", kwargs={"number": bundle.number, **more})


def test_a_submitted_bundle_is_read_by_its_two_sides_only(deal, asks):
    bundle = deal.submitted()
    for page in READ:
        answers = {name: asks(name, url(page, bundle)).status_code for name in asks.people}
        assert answers == {
            "own lender": 200, "other lender": 404, "reviewer": 200, "approver": 200, "analyst": 200,
            "other purchaser": 404, "wrong role": 403, "nobody": 302,
        }, page  # fmt: skip


def test_a_draft_is_read_by_its_lender_only(deal, asks):
    bundle = deal.draft()
    for page in READ:
        answers = {name: asks(name, url(page, bundle)).status_code for name in ("own lender", "reviewer", "approver")}
        assert answers == {"own lender": 200, "reviewer": 404, "approver": 404}, page


def test_a_withdrawn_bundle_is_gone_for_the_purchaser(deal, asks):
    bundle = bundles.withdraw(bundle=deal.submitted(), by=deal.manager, at=NOW, note="Sold.")
    assert asks("reviewer", url("bundle", bundle)).status_code == 404
    assert asks("own lender", url("bundle", bundle)).status_code == 200


def test_a_loan_of_a_bundle_is_read_with_it_and_no_other_loan_is(deal, asks):
    bundle = deal.submitted(clean=True)
    assert asks("reviewer", url("loan", bundle, row_no=1)).status_code == 200
    assert asks("reviewer", url("loan", bundle, row_no=2)).status_code == 404, "row 2 was not delivered"
    assert asks("other purchaser", url("loan", bundle, row_no=1)).status_code == 404


def test_borrower_data_is_for_the_lender_and_the_assigned_purchaser(deal, asks):
    bundle = deal.reviewed()
    for name in ("own lender", "reviewer", "analyst"):
        assert b"Halvorsen" in asks(name, url("loan", bundle, row_no=1)).content, name
    bundles.reject(bundle=bundle, by=deal.approver, at=NOW, note="Wrong product.")
    page = asks("reviewer", url("loan", bundle, row_no=1)).content
    assert b"Halvorsen" not in page
    assert b"Elm St" not in page
    assert b"Hidden" in page


def test_the_lenders_steps_are_for_its_managers(deal, asks):
    bundle, names = deal.draft(), ("own lender", "other lender", "reviewer")
    uploader = Client()
    uploader.force_login(offers.person(deal.manager.organization, Role.UPLOADER))
    for page in ("selection", "submit", "withdraw"):
        answers = {name: asks(name, url(page, bundle)).status_code for name in names}
        assert answers == {"own lender": 200, "other lender": 404, "reviewer": 403}, page
        assert uploader.get(url(page, bundle)).status_code == 403, page


def test_a_bundle_with_the_purchaser_is_not_changed(deal, asks):
    bundle = deal.submitted()
    for page in ("selection", "submit"):
        answer = asks("own lender", url(page, bundle))
        assert answer.status_code == 403, page
        assert b"with the purchaser" in answer.content, page


def test_the_purchasers_steps_are_for_those_who_sign(deal, asks):
    bundle, names = deal.submitted(), ("own lender", "other purchaser", "analyst")
    for page in ("decide", "kick-out", "take-back"):
        answers = {name: asks(name, url(page, bundle), "post").status_code for name in names}
        assert answers == {"own lender": 403, "other purchaser": 404, "analyst": 403}, page
        assert asks("reviewer", url(page, bundle)).status_code == 405, page


def test_home_leads_everybody_to_their_work(deal, asks):
    home = reverse("home")
    assert b"Needs you" in asks("own lender", home).content
    assert asks("reviewer", home)["Location"] == reverse("portfolios:queue")
    assert b"What your role opens" in asks("wrong role", home).content
    assert asks("nobody", home)["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["queue", "signoffs"])
def test_the_queue_is_for_purchasers(asks, name):
    page = reverse(f"portfolios:{name}")
    assert asks("reviewer", page).status_code == 200
    assert asks("own lender", page).status_code == 403


def test_an_offer_is_made_from_ones_own_checks_only(deal, asks):
    page = f"{reverse('portfolios:create')}?run={deal.run.pk}"
    assert asks("own lender", page).status_code == 200
    assert asks("other lender", page).status_code == 404
    assert asks("other lender", f"{reverse('portfolios:preview')}?run={deal.run.pk}").status_code == 404
    assert asks("other lender", reverse("portfolios:check"), "post", run=deal.run.pk).status_code == 404


def test_borrowers_are_hidden_from_the_purchaser_while_the_lender_picks_again(deal):
    bundle = bundles.send_back(bundle=deal.submitted(), by=deal.reviewer, at=NOW, note="Cure row 2.")
    assert not policies.may_read_borrowers(deal.reviewer, bundle)
    assert policies.may_read_borrowers(deal.manager, bundle)


@pytest.mark.parametrize("page", ["bundle", "loans", "approval"])
def test_a_bundle_that_is_being_cured_leads_the_purchaser_to_its_history(deal, asks, page):
    bundle = bundles.send_back(bundle=deal.submitted(), by=deal.reviewer, at=NOW, note="Cure row 2.")
    history = reverse("portfolios:history", args=[bundle.number])
    answer = asks("reviewer", reverse(f"portfolios:{page}", args=[bundle.number]))
    assert (answer.status_code, answer.get("Location")) == (302, history)
    assert asks("own lender", reverse(f"portfolios:{page}", args=[bundle.number])).status_code == 200
    assert asks("reviewer", history).status_code == 200
