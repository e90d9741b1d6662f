"""What nobody types: every address that can be read is asked with hostile parameters, and none of them breaks it."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.core.handlers import wsgi
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import OrganizationKind, User
from accounts.roles import ROLES_OF_KIND
from config.supervisor.paths import ROOT
from tests.architecture.url_fixtures import CASES_OF_APP, PUBLIC
from tests.architecture.urls import Address, addresses
from tests.factories import ExportFactory, SuperuserFactory, UserFactory
from tests.portfolios.deals import Deal, make_deal

pytestmark = pytest.mark.django_db

APPS = ("accounts", "loans", "diligence", "portfolios")
READ = re.compile(r"\.(?:get|getlist)\(\s*\"([a-z_]+)\"|^\s+([a-z_]+) = forms\.|\"([a-z_]+)\": forms\.", re.MULTILINE)
VALUES = (
    "", "x", "-1", "0", "1", "9" * 30, "1e400", "nan", "-inf", "1.5.6", "٣", "²", "2026-13-45", "0001-01-01", "99999",
    "' OR 1=1 --", "%", "%s%n{0}{x}", "../../etc/passwd", "<script>alert(1)</script>", "\u202e\N{SKULL}", "a" * 5_000,
    "\r\nSet-Cookie: x=y", "[]", "{}", "null", "true",
)  # fmt: skip
REFUSED_OUTRIGHT = ("\x00", "9" * 5_000)


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    settings.PLUMBLINE_NAV_COUNTS = ()  # a quarter of every page, on which no parameter has an influence
    cache.clear()


def parameter_names() -> list[str]:
    """Every name that the code reads from an address or a form, found in its text."""
    files = [path for app in APPS for room in ("views", "forms", "queries") for path in folder(app, room)]
    found = {name for path in files for names in READ.findall(path.read_text()) for name in names if name}
    return sorted(found)


def folder(app: str, room: str) -> list[Path]:
    return [*(ROOT / app).glob(f"{room}.py"), *(ROOT / app / room).rglob("*.py")]


def colleague(known: User) -> User:
    """Somebody of the same organization with every role that it gives."""
    roles = ROLES_OF_KIND[OrganizationKind(known.organization.kind)]
    return UserFactory(organization=known.organization, roles=list(roles))


class Noting(QueryDict):
    """The parameters of a request, which note the names that views and forms ask for.

    Templates ask in another way. They write what they get, like the box of the search on every page.
    """

    asked: ClassVar[set[str]] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().getlist(key, default)


@pytest.fixture
def asked(monkeypatch) -> set[str]:
    """The names that views and forms asked for since this was last cleared."""
    monkeypatch.setattr(wsgi, "QueryDict", Noting)
    Noting.asked.clear()
    return Noting.asked


@pytest.fixture
def deal(db) -> Deal:
    return make_deal()


@pytest.fixture
def places(deal) -> dict[str, dict[str, Any]]:
    """Arguments of addresses behind which there is something to read."""
    run, bundle = deal.run, deal.submitted()
    export = ExportFactory(run=run, organization=deal.manager.organization, requested_by=deal.manager)
    check, number = {"pk": run.pk}, {"number": bundle.number}
    of_check = ("run", "run-strata", "run-gaps", "run-history", "loans", "progress")
    of_bundle = ("bundle", "loans", "approval", "history", "history-csv", "progress")
    return {
        **{f"diligence:{name}": check for name in of_check},
        "diligence:run-findings": check | {"code": "OWN-1"},
        "diligence:loan": check | {"row_no": 2},
        "diligence:run-download": {"pk": export.pk},
        "diligence:rule": {"code": "XF-001"},
        **{f"portfolios:{name}": number for name in of_bundle},
        "portfolios:loan": number | {"row_no": 2},
        "loans:tape": {"pk": run.version.tape_id},
        **{f"loans:{name}": {"pk": run.version_id} for name in ("version", "mapping", "changes", "reading")},
        "loans:criterion": {"code": run.criteria.code},
    }


@pytest.fixture
def visits(deal, places) -> list[tuple[Address, str, Client]]:
    """Each address of ours that can be read, with somebody who may read it."""
    cases = {name: case for make in CASES_OF_APP.values() for name, case in make().items()}
    people = [signed_in(colleague(person)) for person in (deal.manager, deal.reviewer, SuperuserFactory())]
    wrong_roles = {case.wrong_role.pk: case.wrong_role for case in cases.values() if case.wrong_role}
    colleagues = {pk: signed_in(colleague(person)) for pk, person in wrong_roles.items()}
    owners = {name: colleagues[case.wrong_role.pk] for name, case in cases.items() if case.wrong_role}
    found = []
    for address in addresses():
        if address.app not in APPS or address.name in PUBLIC:
            continue
        known = places.get(address.name) or (cases[address.name].kwargs if address.name in cases else {})
        url = address.url(**{name: value for name, value in known.items() if name in address.sample})
        owner = [owners[address.name]] if address.name in owners else []
        readers = [*people, *owner] if address.name in places else [*owner, *people]
        found += list(first_reader(address, url, readers))
    return found


def signed_in(person: User) -> Client:
    """Signing in takes as long as a page: each person does it once."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def first_reader(address: Address, url: str, people: list[Client]) -> Iterator[tuple[Address, str, Client]]:
    for client in people:
        answer = client.get(url)
        if answer.streaming:
            answer.getvalue()  # a file, which nothing in the address changes
        elif answer.status_code == HTTPStatus.OK:
            yield address, url, client
            return


def hostile(names: list[str], turn: int) -> dict[str, str]:
    """Every parameter with a value; over the turns each name meets each value."""
    return {name: VALUES[(place + turn) % len(VALUES)] for place, name in enumerate(names)}


def test_no_hostile_parameter_breaks_a_page(visits, asked):
    """All in one test, because finding out who may read what takes half of its time."""
    names = parameter_names()
    assert {"after", "severity", "purchaser", "by", "open"} <= set(names)
    read = {address.name for address, _, _ in visits}
    assert {"portfolios:approval", "portfolios:queue", "diligence:run", "diligence:loan"} <= read
    assert broken_by_values(visits, names, asked) == []
    assert broken_by_huge_numbers(visits) == []
    assert not_refused(visits, names) == []


def broken_by_values(visits, names, asked) -> list[tuple[str, int, int]]:
    """A third of the turns for each page; its neighbors take the others.

    Every third is asked for by htmx: the rest of a list is answered by other branches of the same views. A page that
    asks for no parameter is tried once in each way: the others would change nothing.
    """
    broken = []
    for number, (address, url, client) in enumerate(visits):
        asked.clear()
        for turn in range(number % 3, len(VALUES), 3):
            headers = {"HX-Request": "true"} if turn // 3 % 3 == 1 else {}
            status = client.get(url, hostile(names, turn), headers=headers).status_code
            broken += [(address.name, turn, status)] if status >= 500 else []
            if turn >= 3 and not asked & set(names):
                break
    return broken


def broken_by_huge_numbers(visits) -> list[tuple[str, int]]:
    """Numbers in the address itself that no column can hold."""
    wrong = []
    for address, _, client in visits:
        numbers = {name: 10**25 for name, value in address.sample.items() if isinstance(value, int)}
        status = client.get(address.url(**numbers)).status_code if numbers else HTTPStatus.OK
        wrong += [(address.name, status)] if status >= 500 else []
    return wrong


def not_refused(visits, names) -> list[tuple[str, int]]:
    """In whichever parameter they stand: each page is asked with another one."""
    wrong = []
    for (address, url, client), name in zip(visits, cycle(names), strict=False):
        refused = [client.get(url, {name: value}).status_code for value in REFUSED_OUTRIGHT]
        wrong += [(address.name, status) for status in refused if status != HTTPStatus.BAD_REQUEST]
    return wrong


def test_no_hostile_parameter_breaks_the_admin(deal):
    deal.submitted()
    client, broken = Client(raise_request_exception=False), []
    client.force_login(SuperuserFactory())
    names = ["q", "o", "p", "all", "e", "id__exact", "pk__in", "status__exact", "created_at__year", "organization__id"]
    for number, model in enumerate(admin.site._registry):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for turn in range(number % 3, len(VALUES), 3):
            status = client.get(url, hostile(names, turn)).status_code
            broken += [(model.__name__, turn, status)] if status >= 500 else []
    assert broken == []
