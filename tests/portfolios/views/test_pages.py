"""The pages in use: what is said, what a step answers, and how many queries a page takes."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from diligence.domain.lifecycles import FindingStatus
from diligence.models import Finding
from diligence.services import decisions
from portfolios.models import Bundle
from portfolios.services import bundles
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers

pytestmark = pytest.mark.django_db

MOST_QUERIES = 30


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(name: str, bundle: Bundle, **more) -> str:
    return reverse(f"portfolios:{name}", kwargs={"number": bundle.number, **more})


def text(answer) -> str:
    return answer.content.decode()


def test_a_manager_puts_a_bundle_together(deal):
    client = signed_in(deal.manager)
    page = f"{reverse('portfolios:create')}?run={deal.run.pk}"
    assert "8 of 10 loans" in text(client.get(page))
    data = {"name": "Fixed 30", "purchaser": deal.purchaser.pk, "clean_only": "on", "credit_score_min": "700"}
    answer = client.post(page, data)
    bundle = Bundle.objects.get()
    assert answer["Location"] == bundle.get_absolute_url()
    assert (bundle.name, bundle.loan_count, bundle.selection) == (
        "Fixed 30",
        8,
        {"clean": True, "credit_score_min": 700.0},
    )


@pytest.mark.parametrize("amount", ["1e400", "1e-400", "9" * 400, "NaN", "Infinity"])
def test_amounts_that_are_no_amounts_are_told(deal, amount):
    page = f"{reverse('portfolios:create')}?run={deal.run.pk}"
    answer = signed_in(deal.manager).post(page, {"name": "X", "purchaser": deal.purchaser.pk, "ltv_max": amount})
    assert answer.status_code == 422
    assert not Bundle.objects.exists()


def test_pasted_amounts_are_understood_and_contradictions_are_told(deal):
    client = signed_in(deal.manager)
    page = f"{reverse('portfolios:create')}?run={deal.run.pk}"
    data = {"name": "Fixed 30", "purchaser": deal.purchaser.pk, "current_upb_min": "$150,000", "ltv_max": "80%"}
    assert client.post(page, data).status_code == 302
    assert Bundle.objects.get().selection == {"current_upb_min": 150000.0, "ltv_max": 80.0}
    answer = client.post(page, data | {"ltv_min": "90"})
    assert answer.status_code == 422
    assert "the most is below the least" in text(answer)


def test_the_preview_counts_while_filters_are_chosen(deal):
    page = reverse("portfolios:preview")
    answer = signed_in(deal.manager).get(page, {"run": deal.run.pk, "credit_score_max": "600"})
    assert "2 of 10 loans" in text(answer)
    assert "loans with open fatal findings are among them" in text(answer)


def test_a_check_without_criteria_leads_to_one_with_them(deal):
    run = offers.checked(deal.manager, None, offers.tape(3, first=900), "plain.csv")
    client = signed_in(deal.manager)
    assert "used no purchaser" in text(client.get(f"{reverse('portfolios:create')}?run={run.pk}"))
    answer = client.post(reverse("portfolios:check"), {"run": run.pk, "criteria": "MER-1"})
    started = run.version.runs.order_by("-pk").first()
    assert started.criteria.code == "MER-1"
    assert answer["Location"] == started.get_absolute_url()


def test_two_people_sign(deal):
    bundle = deal.submitted(clean=True)
    page = url("decide", bundle)
    refused = signed_in(deal.reviewer).post(page, {"decision": "review", "note": ""})
    assert refused.status_code == 422
    assert "A review needs a note" in text(refused)
    assert " autofocus " in text(refused)
    assert signed_in(deal.reviewer).post(page, {"decision": "review", "note": "Read."}).status_code == 302
    own = text(signed_in(deal.reviewer).get(url("approval", bundle)))
    assert "The second sign-off must be someone else" in own
    assert 'name="decision"' not in own, "no button, not a disabled one"
    assert signed_in(deal.approver).post(page, {"decision": "approve"}).status_code == 302
    bundle.refresh_from_db()
    assert bundle.status == "approved"
    assert bundle.frozen_hash in text(signed_in(deal.manager).get(url("approval", bundle)))


def test_only_possible_decisions_can_be_chosen(deal):
    page = text(signed_in(deal.approver).get(url("approval", deal.reviewed())))
    assert 'value="approve"' not in page
    assert "not possible. 2 kept loans have open fatal findings" in page
    assert 'value="reject"' in page


def test_what_was_typed_is_not_lost(deal):
    data = {"decision": "approve", "note": "Looked at all of it."}
    answer = signed_in(deal.approver).post(url("decide", deal.reviewed()), data)
    assert answer.status_code == 422
    assert "Looked at all of it." in text(answer)


def test_loans_are_left_out_and_taken_back(deal):
    bundle, client = deal.submitted(), signed_in(deal.reviewer)
    assert "Choose at least one loan" in text(client.post(url("kick-out", bundle), {"reason": "Score."}))
    client.post(url("kick-out", bundle), {"rows": ["2"], "reason": "Score below 620."})
    bundle.refresh_from_db()
    assert (bundle.kicked_out, bundle.open_fatal) == (1, 1)
    page = text(client.get(url("approval", bundle)))
    assert "Score below 620." in page
    assert "−$200,000" in page
    client.post(url("kick-out", bundle), {"everything": "on", "reason": "All of them."})
    client.post(url("take-back", bundle), {"rows": ["2"], "reason": "Right after all."})
    bundle.refresh_from_db()
    assert (bundle.kicked_out, bundle.open_fatal) == (1, 1)


def test_limits_show_as_delivered_and_after_kick_outs(deal):
    bundle = bundles.kick_out(bundle=deal.submitted(), rows=[2], by=deal.reviewer, at=NOW, reason="Score.")
    client = signed_in(deal.reviewer)
    assert "Delivered, 10 loans" in text(client.get(url("approval", bundle), {"list": "delivered"}))
    assert "California" in text(client.get(url("approval", bundle)))


def test_another_bundle_with_the_same_loans_is_named_to_the_lender_only(deal):
    first, second = deal.submitted(clean=True), deal.submitted(clean=True)
    assert first.number in text(signed_in(deal.manager).get(url("approval", second)))
    assert first.number not in text(signed_in(deal.reviewer).get(url("approval", second)))


def test_later_decisions_are_told_and_added_up(deal):
    bundle, client = deal.submitted(), signed_in(deal.reviewer)
    assert "Add up again" not in text(client.get(url("bundle", bundle)))
    finding = Finding.objects.get(run=deal.run, row_no=2, severity=1)
    later = bundle.measured_at + timedelta(hours=1)
    decisions.decide(finding=finding, to=FindingStatus.WAIVED, by=deal.manager, at=later, note="Two factors.")
    assert "Findings were decided on since" in text(client.get(url("bundle", bundle)))
    client.post(url("add-up", bundle))
    bundle.refresh_from_db()
    assert bundle.open_fatal == 1
    assert "Add up again" not in text(client.get(url("bundle", bundle)))


def test_the_lender_submits_and_withdraws(deal):
    bundle, client = deal.draft(clean=True), signed_in(deal.manager)
    assert client.post(url("submit", bundle), {"due_on": "2020-01-01"}).status_code == 422
    assert client.post(url("submit", bundle), {"due_on": "2099-01-01", "note": "All good."}).status_code == 302
    assert client.post(url("withdraw", bundle), {"note": ""}).status_code == 422
    assert client.post(url("withdraw", bundle), {"note": "Sold elsewhere."}).status_code == 302
    bundle.refresh_from_db()
    assert bundle.status == "withdrawn"


def test_the_selection_of_a_draft_can_be_changed(deal):
    bundle, client = deal.draft(), signed_in(deal.manager)
    client.post(url("selection", bundle), {"run": deal.run.pk, "clean_only": "on"})
    bundle.refresh_from_db()
    assert (bundle.loan_count, bundle.selection) == (8, {"clean": True})


def test_loans_are_paged_by_key_and_filtered(deal):
    run = offers.checked(deal.manager, deal.run.criteria, offers.tape(60, first=200), "long.csv")
    bundle = offers.draft(run, deal.purchaser, by=deal.manager)
    client = signed_in(deal.manager)
    first, second = text(client.get(url("loans", bundle))), text(client.get(url("loans", bundle), {"after": "50"}))
    assert "L00200" in first
    assert "after=50" in first
    assert "L00250" in second
    assert "L00249" not in second
    assert "No open fatal findings" in text(client.get(url("loans", bundle), {"show": "fatal"}))


def test_a_loan_shows_its_findings_with_the_values_they_saw(deal):
    page = text(signed_in(deal.reviewer).get(url("loan", deal.submitted(), row_no=2)))
    assert "Credit score is 580; at least 620 is needed." in page
    assert "cannot be bought as it is" in page


def test_the_history_is_a_file_too(deal):
    bundle = bundles.review(bundle=deal.submitted(clean=True), by=deal.reviewer, at=NOW, note="=1+1")
    lines = text(signed_in(deal.manager).get(url("history-csv", bundle))).splitlines()
    assert lines[0].startswith("at,person,organization,step,note")
    assert [line.split(",")[3] for line in lines[1:]] == ["created", "submitted", "reviewed"]
    assert ",'=1+1," in lines[3]


def test_the_queue_groups_by_due_date_and_opens_the_preview(deal):
    bundle = deal.submitted()
    client = signed_in(deal.reviewer)
    page = text(client.get(reverse("portfolios:queue"), {"open": bundle.number}))
    assert "Without a date" in page
    assert "Limits closest to the line" in page
    assert "Start next review" in page
    assert "Nothing waits for you" in text(signed_in(deal.approver).get(reverse("portfolios:queue"), {"show": "mine"}))


def test_news_are_what_others_did(deal):
    deal.reviewed()
    assert "signed as reviewer" in text(signed_in(deal.manager).get(reverse("portfolios:notifications")))
    reviewer = text(signed_in(deal.reviewer).get(reverse("portfolios:notifications")))
    assert "submitted the bundle" in reviewer
    assert "signed as reviewer" not in reviewer
    assert "put the bundle together" not in reviewer, "how a draft came about stays with the lender"


def pages(deal) -> list[tuple[object, str]]:
    bundle = deal.reviewed()
    of_bundle = [url(name, bundle) for name in ("bundle", "loans", "approval", "history")]
    lender = [reverse("home"), reverse("portfolios:bundles"), reverse("portfolios:create"), *of_bundle]
    lender += [f"{reverse('portfolios:create')}?run={deal.run.pk}", reverse("portfolios:notifications")]
    purchaser = [reverse("portfolios:queue"), reverse("portfolios:signoffs"), *of_bundle, url("loan", bundle, row_no=2)]
    return [*((deal.manager, page) for page in lender), *((deal.approver, page) for page in purchaser)]


def test_no_page_takes_many_queries(deal, django_assert_max_num_queries):
    for person, page in pages(deal):
        client = signed_in(person)
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(page).status_code == 200, page


def test_empty_pages_say_what_to_do():
    lender, reviewer = offers.lender(), offers.person(offers.purchaser(), Role.REVIEWER)
    assert "Start with a tape." in text(signed_in(lender).get(reverse("home")))
    assert "No open bundle" in text(signed_in(lender).get(reverse("portfolios:bundles")))
    assert "No finished check yet" in text(signed_in(lender).get(reverse("portfolios:create")))
    assert "Nothing to review" in text(signed_in(reviewer).get(reverse("portfolios:queue")))
    assert "No bundle waits" in text(signed_in(reviewer).get(reverse("portfolios:signoffs")))
