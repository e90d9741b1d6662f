"""Every page of a check: for its own lender, and as if it did not exist for everybody else."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from accounts.models import OrganizationKind
from diligence.domain.lifecycles import FindingStatus, RunStatus
from diligence.models import Export
from tests.diligence.services.pipeline import started
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGES = ("run", "run-strata", "run-gaps", "run-history", "loans")
MOST_QUERIES = 30
MOST_PAGE = 100_000  # bytes of a page
FINGERPRINT = 13  # letters that stand in the name of a static file when it is served, and not in tests


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False


def addresses(checked) -> list[str]:
    pk = checked.run.pk
    found = [reverse(f"diligence:{name}", args=[pk]) for name in PAGES]
    return [*found, reverse("diligence:loan", args=[pk, 2]), reverse("diligence:run-findings", args=[pk, "XF-001"])]


def test_the_lender_reads_every_page_with_few_queries(checked, client, django_assert_max_num_queries):
    client.force_login(checked.lender)
    for address in addresses(checked):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(address).status_code == HTTPStatus.OK, address


@pytest.mark.parametrize("kind", [OrganizationKind.LENDER, OrganizationKind.RECEIVER])
def test_for_other_lenders_nothing_exists(checked, client, kind):
    client.force_login(UserFactory(organization__kind=kind))
    statuses = {client.get(address).status_code for address in addresses(checked)}
    assert statuses == {HTTPStatus.NOT_FOUND}


def test_purchasers_read_bundles_and_never_checks(checked, client):
    client.force_login(UserFactory(organization__kind=OrganizationKind.PURCHASER))
    assert HTTPStatus.OK not in {client.get(address).status_code for address in addresses(checked)}


def test_without_sign_in_every_page_leads_there(checked, client):
    for address in addresses(checked):
        assert client.get(address)["Location"].startswith(reverse("account_login"))


def test_the_verdict_says_how_many_loans_and_what_share(checked, client):
    client.force_login(checked.lender)
    text = client.get(checked.run.get_absolute_url()).content.decode()
    assert f"{checked.run.loans_with_fatal} loans (" in text
    assert "have open fatal findings." in text
    assert f"The other {checked.run.loan_count - checked.run.loans_with_fatal} can be bundled." in text


def test_a_check_under_way_shows_its_progress(lender, version, client):
    client.force_login(lender)
    run = started(lender, version)
    page = client.get(run.get_absolute_url())
    assert page.status_code == HTTPStatus.OK
    assert run.status == RunStatus.PREPARING
    assert "Checking" in page.content.decode()


def test_the_rest_of_a_list_comes_alone(checked, client, monkeypatch):
    monkeypatch.setattr("diligence.queries.findings.PAGE", 1)
    client.force_login(checked.lender)
    address = reverse("diligence:run-findings", args=[checked.run.pk, "XF-001"])
    first = client.get(address).content.decode()
    assert "Show the last 2" in first
    rest = client.get(address, {"after": "2.0"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rest
    assert "L00005" in rest


def test_many_values_of_a_finding_are_folded_below_its_sentence(checked, client, monkeypatch):
    client.force_login(checked.lender)
    address = reverse("diligence:run-findings", args=[checked.run.pk, "XF-001"])
    assert "<summary>" in client.get(address).content.decode().partition('id="rows"')[2].partition("</table>")[0]
    monkeypatch.setattr("diligence.queries.findings.VALUES_SHOWN", 99)
    assert "<details" not in client.get(address).content.decode().partition('id="rows"')[2].partition("</table>")[0]


def test_stratifications_come_as_one_csv(checked, client):
    client.force_login(checked.lender)
    answer = client.get(reverse("diligence:run-strata", args=[checked.run.pk]))
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("stratified_by,label,loans,upb")
    assert any(line.startswith("Credit score,740") for line in lines)
    assert lines[-1].startswith("State,Total,12,")


def test_a_state_that_a_spreadsheet_would_run_is_made_harmless(checked, client):
    checked.run.summary["strata"][0]["bands"][0]["label"] = "=cmd()"
    checked.run.save()
    client.force_login(checked.lender)
    answer = client.get(reverse("diligence:run-strata", args=[checked.run.pk]))
    assert ",'=cmd()," in answer.content.decode()


def decide(checked, client, finding, **data):
    key = [checked.run.pk, finding.row_no, finding.rule_no, finding.seq]
    return client.post(reverse("diligence:loan-decide", args=key), data)


def test_a_decision_is_made_on_the_page_of_the_loan(checked, client):
    client.force_login(checked.lender)
    finding = checked.finding("XF-001")
    answer = decide(checked, client, finding, kind=int(FindingStatus.DISPUTED), note="The note says so.")
    assert answer["Location"] == reverse("diligence:loan", args=[checked.run.pk, finding.row_no])
    finding.refresh_from_db()
    assert finding.status == FindingStatus.DISPUTED


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "3", "note": ""}, "Say why"),
        ({"note": "Reason"}, "Choose what is decided"),
        ({"kind": "2", "note": "Reason"}, "not open to you"),
    ],
)
def test_a_refused_decision_comes_back_with_what_was_typed(checked, client, data, words):
    client.force_login(checked.lender)
    answer = decide(checked, client, checked.finding("XF-001"), **data)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    assert data["note"] in answer.content.decode()
    assert " autofocus " in answer.content.decode()  # on a phone the form stands far below


def test_a_small_download_comes_at_once(checked, client):
    client.force_login(checked.lender)
    asked = client.post(reverse("diligence:run-export", args=[checked.run.pk]), {"kind": "findings_csv"})
    answer = client.get(asked["Location"])
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"XF-001" in b"".join(answer.streaming_content)


def test_a_large_download_shows_how_far_it_is(checked, client, monkeypatch):
    monkeypatch.setattr("diligence.services.exports.SMALL", 0)
    client.force_login(checked.lender)
    asked = client.post(reverse("diligence:run-export", args=[checked.run.pk]), {"kind": "findings_xlsx"})
    export = Export.objects.get()
    assert asked["Location"] == reverse("diligence:run-download", args=[export.pk])
    page = client.get(asked["Location"]).content.decode()
    assert "being written" in page
    assert client.get(reverse("diligence:run-file", args=[export.pk]))["Location"] == asked["Location"]


def test_downloads_of_others_do_not_exist(checked, client):
    client.force_login(checked.lender)
    client.post(reverse("diligence:run-export", args=[checked.run.pk]), {"kind": "findings_csv"})
    client.force_login(UserFactory())
    for name in ("run-download", "run-file"):
        address = reverse(f"diligence:{name}", args=[Export.objects.get().pk])
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("kind", ["", "nonsense"])
def test_an_unknown_kind_of_download_does_not_exist(checked, client, kind):
    client.force_login(checked.lender)
    answer = client.post(reverse("diligence:run-export", args=[checked.run.pk]), {"kind": kind})
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_search_goes_straight_to_the_one_thing_meant(checked, client):
    client.force_login(checked.lender)
    search = reverse("diligence:search")
    assert client.get(search, {"q": "L00002"})["Location"] == reverse("diligence:loan", args=[checked.run.pk, 2])
    assert client.get(search, {"q": "xf-001"})["Location"] == reverse("diligence:rule", args=["XF-001"])
    assert client.get(search, {"q": "no such thing"}).status_code == HTTPStatus.OK


def test_the_rulebook_is_searched_by_words_and_code(checked, client):
    client.force_login(checked.lender)
    rules = reverse("diligence:rules")
    assert "XF-001" in client.get(rules, {"q": "XF-001"}).content.decode()
    assert "No rule matches" in client.get(rules, {"q": "zzzz"}).content.decode()
    whole = client.get(rules).content.decode()
    assert whole.index(">Data validity, file <") < whole.index(">Cross field, ratios <") < whole.index(">Pool <")
    assert len(whole) + FINGERPRINT * whole.count("/static/") < MOST_PAGE
    page = client.get(reverse("diligence:rule", args=["XF-001"])).content.decode()
    assert checked.run.version.tape.name in page
    assert client.get(reverse("diligence:rule", args=["NO-1"])).status_code == HTTPStatus.NOT_FOUND


def test_hits_of_a_rule_are_one_s_own(checked, client):
    client.force_login(UserFactory())
    page = client.get(reverse("diligence:rule", args=["XF-001"])).content.decode()
    assert f"{checked.run.version.tape.name}, version" not in page


def test_charts_can_be_read_as_tables(checked, client):
    client.force_login(checked.lender)
    address = checked.run.get_absolute_url()
    assert 'class="ch"' in client.get(address).content.decode()
    tables = client.get(address, {"view": "tables", "by": "ltv"}).content.decode()
    assert 'class="ch"' not in tables
    assert 'aria-labelledby="t-1"' in tables
    assert "?by=ltv#where" in tables, "the other filters stay"
