"""Pages of red flags: what they show, what analysts do there, and who sees nothing of them."""

import pytest
from django.urls import reverse

from accounts.models import OrganizationKind, Role
from portfolios.domain.securities import FlagState
from portfolios.services import redflags
from tests.factories import UserFactory
from tests.portfolios.paydowns import NOW, pool

pytestmark = pytest.mark.django_db
FAST = [0.51] * 6 + [3.0] * 3


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture
def security():
    made = pool(FAST, name="PL 2025-K07")
    redflags.watch(security=made, at=NOW)
    return made


@pytest.fixture
def fast(security):
    return security.flags.get(code="fast", current=True)


@pytest.fixture
def analyst(client, security):
    client.force_login(security.created_by)
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_all_flags_of_now_red_first(analyst, security):
    shown = text(analyst.get(reverse("portfolios:flags")))
    assert shown.index("Faster than the forecast") < shown.index("Factor under the forecast path")
    assert "PL 2025-K07" in shown
    assert 'title="Red flags"' in shown  # the navigation, with its count
    assert "2<span" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("level=red", {"fast"}),
        ("level=amber", {"under_path"}),
        ("kind=credit", set()),
        ("kind=speed", {"fast", "under_path"}),
        ("state=explained", set()),
        ("state=nonsense&level=9&portfolio=x", {"fast", "under_path"}),
        ("portfolio=999999", set()),
    ],
)
def test_filters(analyst, query, found):
    page = analyst.get(f"{reverse('portfolios:flags')}?{query}").context["page"]
    assert {line.flag.code for line in page.lines} == found


def test_counts_follow_the_other_filters(analyst):
    levels = analyst.get(f"{reverse('portfolios:flags')}?level=red&state=explained").context["levels"]
    assert [item["count"] for item in levels] == [0, 0, 0]
    levels = analyst.get(f"{reverse('portfolios:flags')}?level=red").context["levels"]
    assert [item["count"] for item in levels] == [2, 1, 1]


def test_an_organization_without_pools_reads_why_the_list_is_empty(client):
    client.force_login(UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST]))
    assert "No red flag" in text(client.get(reverse("portfolios:flags")))


def test_the_history_of_a_pool_by_month(analyst, security):
    shown = text(analyst.get(reverse("portfolios:pool-flags", args=[security.pk])))
    assert [month in shown for month in ("Oct 2025", "Sep 2025", "Aug 2025", "Jul 2025")] == [True, True, True, False]
    assert "since Aug 2025, 3 months in a row" in shown


def test_a_flag_opens_with_its_working(analyst, fast):
    answer = analyst.get(reverse("portfolios:flag", args=[fast.pk]), headers={"HX-Request": "true"})
    shown = text(answer)
    assert "√Σ(expected SMM" in shown
    assert "Red above" in shown
    assert "default, measured" in shown
    plain = analyst.get(reverse("portfolios:flag", args=[fast.pk]))
    assert plain["Location"].endswith(f"/flags/#flag-{fast.pk}")


def test_explaining_in_place(analyst, fast):
    url = reverse("portfolios:flag-judge", args=[fast.pk])
    empty = analyst.post(url, {"action": "explain", "note": " "}, headers={"HX-Request": "true"})
    assert (empty.status_code, "Say why" in text(empty)) == (422, True)
    answer = analyst.post(url, {"action": "explain", "note": "Sold."}, headers={"HX-Request": "true"})
    assert "Explained" in text(answer)
    fast.refresh_from_db()
    assert fast.state == FlagState.EXPLAINED
    assert analyst.post(url, {"action": "reopen", "note": ""}).status_code == 302
    fast.refresh_from_db()
    assert fast.state == FlagState.SEEN


def test_explained_data_have_the_pool_looked_at_again(analyst, security, django_capture_on_commit_callbacks):
    flag = security.flags.create(month=security.month, code="corrected", kind="data", level=1, raised_at=NOW)
    with django_capture_on_commit_callbacks() as waiting:
        analyst.post(reverse("portfolios:flag-judge", args=[flag.pk]), {"action": "explain", "note": "Right."})
    assert len(waiting) == 1


def test_a_servicer_never_sees_flags(client, security, fast):
    servicer = UserFactory(organization__kind=OrganizationKind.LENDER, roles=[Role.MANAGER])
    security.servicer = servicer.organization
    security.save()
    client.force_login(servicer)
    paths = [
        reverse("portfolios:flags"),
        reverse("portfolios:watchlist"),
        reverse("portfolios:pool-flags", args=[security.pk]),
        reverse("portfolios:flag", args=[fast.pk]),
        reverse("portfolios:portfolios"),
    ]
    assert {client.get(path).status_code for path in paths} == {403}
    buyer = UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])
    security.servicer = buyer.organization  # a servicer whose people may open the pages finds nothing there
    security.save()
    client.force_login(buyer)
    assert client.get(reverse("portfolios:pool-flags", args=[security.pk])).status_code == 404
    assert client.get(reverse("portfolios:flag", args=[fast.pk])).status_code == 404


def test_readers_read_and_do_not_judge(client, security, fast):
    client.force_login(UserFactory(organization=security.organization, roles=[Role.REVIEWER]))
    assert "Explain flag" not in text(client.get(reverse("portfolios:pool-flags", args=[security.pk])))
    assert client.post(reverse("portfolios:flag-judge", args=[fast.pk]), {"action": "seen"}).status_code == 403


def test_the_list_asks_few_questions(analyst, security, django_assert_max_num_queries):
    for number in range(30):
        redflags.watch(security=pool(FAST, created_by=security.created_by, name=f"PL {number}"), at=NOW)
    with django_assert_max_num_queries(15):  # with sign-in, session and navigation
        assert analyst.get(reverse("portfolios:flags")).status_code == 200
    with django_assert_max_num_queries(15):
        assert analyst.get(reverse("portfolios:watchlist")).status_code == 200


def test_pages_go_on_by_key(analyst, security):
    for number in range(26):
        redflags.watch(security=pool(FAST, created_by=security.created_by, name=f"PL {number}"), at=NOW)
    first = analyst.get(reverse("portfolios:flags"))
    second = analyst.get(reverse("portfolios:flags") + first.context["next_url"])
    pages = [[line.flag.pk for line in answer.context["page"].lines] for answer in (first, second)]
    assert [len(page) for page in pages] == [50, 4]
    assert not set(pages[0]) & set(pages[1])
