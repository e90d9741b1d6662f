"""Pages of price grids: what holds, loading a file with and without mistakes, one grid, and the files to save."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganizationKind, Role, User
from portfolios.domain.grids import KINDS
from portfolios.models.plans import PriceGrid
from portfolios.queries.planpages.grids import samples
from tests.factories import UserFactory
from tests.portfolios import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return UserFactory(roles=[Role.MANAGER])


@pytest.fixture
def client(manager) -> Client:
    browser = Client()
    browser.force_login(manager)
    return browser


@pytest.fixture
def recent(manager) -> PriceGrid:
    return plans.grid(manager, as_of=timezone.now() - timedelta(hours=1))


def text(answer) -> str:
    return answer.content.decode()


def url(name: str, *arguments) -> str:
    return reverse(f"portfolios:{name}", args=arguments)


def filled(content: bytes, name: str = "mbs.csv", **others: str) -> dict[str, object]:
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return {"upload": SimpleUploadedFile(name, content), "source": plans.SOURCE, "as_of": now, "name": "", **others}


def test_before_any_price_the_page_says_how_to_begin(client):
    shown = text(client.get(url("grids")))
    assert all(kind.title in shown for kind in KINDS.values())
    assert url("grid-load", "mbs") in shown


def test_a_file_is_loaded_and_shown_price_by_price(client, manager):
    answer = client.post(url("grid-load", "mbs"), filled(plans.MBS))
    grid = PriceGrid.objects.get()
    assert answer["Location"] == grid.get_absolute_url()
    assert grid.name.startswith("MBS coupons, ")
    assert (grid.organization, grid.loaded_by) == (manager.organization, manager)
    shown = text(client.get(grid.get_absolute_url()))
    for price in ("Fannie Mae", "5.500%", "99.500", "101.250", "2026-12"):
        assert price in shown
    assert "These prices hold" in shown


def test_mistakes_are_said_cell_by_cell_and_nothing_is_kept(client):
    wrong = plans.MBS.replace(b"101.25", b"dear").replace(b"fannie_mae,30,6.5", b"nobody,30,6.5")
    answer = client.post(url("grid-load", "mbs"), filled(wrong))
    shown = text(answer)
    assert answer.status_code == 422
    assert "Nothing was loaded" in shown
    assert "2 things in the file need a cure" in shown
    for part in ("dear", "percent of par, as 101.5", "agency", "Use fannie_mae"):
        assert part in shown
    assert plans.SOURCE in shown  # what was typed stays
    assert not PriceGrid.objects.exists()


def test_a_form_without_a_file_or_a_source_is_told(client):
    answer = client.post(url("grid-load", "mbs"), {"source": "", "as_of": "soon"})
    assert answer.status_code == 422
    assert "Choose the file of prices." in text(answer)


def test_prices_of_tomorrow_are_refused(client):
    ahead = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(url("grid-load", "mbs"), filled(plans.MBS, as_of=ahead))
    assert answer.status_code == 422
    assert "as of a later time than now" in text(answer)


def test_the_same_file_twice_is_one_grid(client):
    for _ in range(2):
        client.post(url("grid-load", "mbs"), filled(plans.MBS))
    assert PriceGrid.objects.count() == 1


def test_the_list_tells_what_holds(client, manager, recent):
    old = timezone.now() - timedelta(days=3)
    plans.grid(manager, as_of=old, held=timedelta(days=1), name="Yesterday's coupons", source="Synthetic sample")
    current = text(client.get(url("grids")))
    assert recent.name in current
    assert "Yesterday&#x27;s coupons" not in current
    expired = text(client.get(url("grids") + "?show=expired"))
    assert "Yesterday&#x27;s coupons" in expired
    assert "Synthetic" in expired


def test_a_grid_is_retired_after_asking(client, recent):
    page = url("grid-retire", recent.pk)
    assert "Retire Coupons of the morning?" in text(client.get(page))
    assert client.post(page)["Location"] == url("grids")
    recent.refresh_from_db()
    assert recent.retired_at is not None
    again = client.post(page)
    assert again.status_code == 422
    assert "retired already" in text(again)
    assert "No new plan uses these prices" in text(client.get(recent.get_absolute_url()))


def test_long_grids_are_paged(client, manager):
    lines = [f"fannie_mae,30,{1 + n / 1000},2026-12,100" for n in range(250)]
    many = plans.grid(manager, content="\n".join(["agency,term,coupon,settlement,price", *lines]).encode())
    first = text(client.get(many.get_absolute_url()))
    assert "Show the last 50" in first
    assert 'id="row-200"' in first
    rest = text(client.get(many.get_absolute_url() + "?after=200"))
    assert 'id="row-201"' in rest
    assert 'id="row-200"' not in rest


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_template_and_a_page_to_load_it(client, kind):
    answer = client.get(url("grid-template", kind))
    assert answer.content.decode().strip() == ",".join(KINDS[kind].header)
    assert f"{kind}-template.csv" in answer["Content-Disposition"]
    shown = text(client.get(url("grid-load", kind)))
    assert all(column.name in shown for column in KINDS[kind].columns)


@pytest.mark.parametrize("name", ["grid-load", "grid-template", "grid-sample"])
def test_a_kind_that_is_none_is_not_found(client, name):
    assert client.get(url(name, "nonsense")).status_code == 404


def test_the_samples_ship_and_are_loaded_at_once(client):
    for kind in samples():
        assert ",".join(KINDS[kind].header) in text(client.get(url("grid-sample", kind)))
    client.post(url("grid-samples"))
    client.post(url("grid-samples"))
    loaded = PriceGrid.objects.values_list("kind", flat=True)
    assert sorted(loaded) == sorted(samples()) == sorted(KINDS)
    assert all("synthetic" in source.lower() for source in PriceGrid.objects.values_list("source", flat=True))


def test_the_file_is_given_back_as_it_was_loaded(client, recent):
    answer = client.get(url("grid-file", recent.pk))
    assert b"".join(answer.streaming_content) == plans.MBS


@pytest.mark.parametrize("name", ["grid", "grid-retire", "grid-file"])
def test_prices_of_another_lender_do_not_exist(recent, name):
    stranger = Client()
    stranger.force_login(UserFactory(roles=[Role.MANAGER]))
    assert stranger.get(url(name, recent.pk)).status_code == 404


def test_a_receiver_has_prices_of_its_own():
    receiver = UserFactory(roles=[Role.MANAGER], organization__kind=OrganizationKind.RECEIVER)
    browser = Client()
    browser.force_login(receiver)
    assert browser.post(url("grid-load", "mbs"), filled(plans.MBS)).status_code == 302
