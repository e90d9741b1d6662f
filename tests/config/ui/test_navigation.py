from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from config.ui import navigation_items as shell


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def app(name: str, *views: str) -> tuple[list, str]:
    return [path(f"{name}/{view}/", page, name=view) for view in views], name


urlpatterns = [
    path("", page, name="home"),
    path("", include(app("portfolios", "queue", "bundles", "bundle"))),
    path("", include(app("loans", "tapes", "tape"))),
    path("", include(app("diligence", "rules", "rule"))),
    path("", include(app("accounts", "people"))),
]


def waiting_work(request: HttpRequest) -> dict[str, int]:
    return {"portfolios:queue": 14}


def request_of(*roles: str, view: str = "home") -> HttpRequest:
    request = HttpRequest()
    request.user = SimpleNamespace(is_authenticated=True, roles=list(roles))
    request.resolver_match = SimpleNamespace(view_name=view)
    return request


def labels(request: HttpRequest) -> list[str]:
    return [link.label for _, links in shell.build(request).sections for link in links]


@pytest.fixture
def no_counts(settings):
    """The people here are not in the database, so nobody can count what waits for them."""
    settings.PLUMBLINE_NAV_COUNTS = []


@pytest.mark.urls(__name__)
@pytest.mark.usefixtures("no_counts")
class TestNavigation:
    def test_lenders_and_purchasers_see_their_own_desks(self):
        assert labels(request_of("uploader")) == ["Overview", "Bundles", "Tapes", "Rulebook"]
        assert labels(request_of("approver")) == ["Work queue", "Bundles", "Rulebook"]

    def test_an_address_nobody_serves_is_left_out(self):
        assert "Sign-offs" not in labels(request_of("approver"))
        assert shell.build(request_of("approver")).search is None

    def test_roles_add_up_and_none_opens_nothing(self):
        assert labels(request_of("admin")) == ["People"]
        assert labels(request_of()) == []

    @pytest.mark.parametrize(
        ("view", "current"),
        [
            ("portfolios:bundle", "Bundles"),
            ("loans:tape", "Tapes"),
            ("home", "Overview"),
            ("x:y", None),
            ("diligence:run", "Tapes"),
        ],
    )
    def test_the_place_a_page_belongs_to_is_marked(self, view, current):
        links = [link for _, group in shell.build(request_of("uploader", view=view)).sections for link in group]
        assert [link.label for link in links if link.current] == ([current] if current else [])

    @override_settings(PLUMBLINE_NAV_COUNTS=[f"{__name__}.waiting_work"])
    def test_waiting_work_is_counted_beside_its_item(self):
        links = shell.build(request_of("reviewer")).sections[0][1]
        assert {link.label: link.count for link in links} == {"Work queue": 14, "Bundles": None}

    def test_visitors_get_only_the_way_in(self):
        request = HttpRequest()
        request.user = SimpleNamespace(is_authenticated=False)
        assert shell.build(request).sections == []
