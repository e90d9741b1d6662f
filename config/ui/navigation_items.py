"""The side navigation and the account menu: what a person's roles open, and only what the address table knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

LENDER = frozenset({"uploader", "manager"})
PURCHASER = frozenset({"reviewer", "approver", "analyst"})
SELLERS = frozenset({"manager"})
BIDDERS = frozenset({"bidder"})
FOLLOWERS = PURCHASER | {"bidder", "investor"}
IMPORTERS = frozenset({"analyst", "investor", "staff"})
INVESTOR_DESKS = {"analyst": "investor"}  # an investor's analyst follows pools and is offered no bundles
DESKS = LENDER | PURCHASER
ANYBODY: frozenset[str] = frozenset()
# Beginnings of the names of views that belong to a place of the navigation.
OF_BUNDLES = (
    "portfolios:bundle", "portfolios:create", "portfolios:loan", "portfolios:approval", "portfolios:history",
    "portfolios:selection", "portfolios:submit", "portfolios:withdraw", "diligence:run", "diligence:loan",
    "diligence:finding",
)  # fmt: skip
OF_TAPES = ("loans:", "diligence:check", "diligence:progress", "diligence:run", "diligence:loan")
OF_CRITERIA = ("loans:criterion", "diligence:criterion")
OF_POOLS = ("portfolios:pool", "portfolios:collateral")
OF_FLAGS = ("portfolios:flag", "portfolios:pool-flags")
OF_SALES = ("portfolios:sale", "portfolios:settlement")
OF_PLANS = ("portfolios:plan", "portfolios:grid")
OF_PEOPLE = ("accounts:person", "accounts:invite")
OF_ORGANIZATIONS = ("accounts:organization",)


Counts = Callable[[HttpRequest], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Item:
    """A place in the navigation. `names` are tried in order; `covers` are beginnings of view names that belong here."""

    label: str
    icon: str
    names: tuple[str, ...]
    roles: frozenset[str] = ANYBODY
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A group of items under a heading; the first group has none."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An item that this person may open, with its address and, where work waits, how much."""

    label: str
    url: str
    icon: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Navigation:
    """All that the shell needs besides the page itself."""

    sections: list[tuple[str, list[Link]]] = field(default_factory=list)
    account: list[Link] = field(default_factory=list)
    home: str = "/"
    search: str | None = None
    notifications: Link | None = None
    help: str | None = None
    theme: str | None = None
    sign_out: str | None = None
    sign_in: str | None = None


SECTIONS = (
    Section(
        "",
        (
            Item("Overview", "layout-dashboard", ("home",), LENDER),
            Item("Work queue", "inbox", ("portfolios:queue",), PURCHASER),
            Item("Bundles", "package", ("portfolios:bundles",), DESKS, OF_BUNDLES),
            Item("Tapes", "sheet", ("loans:tapes",), LENDER, OF_TAPES),
            Item(
                "Findings to cure", "list-checks", ("diligence:to_cure", "diligence:cures", "portfolios:cures"), LENDER
            ),
            Item("Sign-offs", "stamp", ("portfolios:signoffs", "portfolios:sign_offs"), PURCHASER),
        ),
    ),
    Section(
        "Market",
        (
            Item("Pooling plans", "boxes", ("portfolios:plans",), SELLERS, OF_PLANS),
            Item("Sales", "gavel", ("portfolios:sales",), SELLERS | BIDDERS, OF_SALES),
            Item("My bids", "lock", ("portfolios:my_bids",), BIDDERS, ("portfolios:bid",)),
            Item("Data rooms", "folder-open", ("portfolios:data_rooms",), BIDDERS, ("portfolios:room",)),
        ),
    ),
    Section(
        "Pools",
        (
            Item("Pools", "chart-spline", ("portfolios:pools",), FOLLOWERS | LENDER, OF_POOLS),
            Item("Watchlist", "bookmark", ("portfolios:watchlist",), FOLLOWERS, ("portfolios:limits",)),
            Item("Red flags", "flag", ("portfolios:flags",), FOLLOWERS, OF_FLAGS),
            Item("Price and yield", "table-2", ("portfolios:price_yield",), FOLLOWERS),
            Item("Factor files", "files", ("portfolios:factor_files",), IMPORTERS, ("portfolios:factor_file",)),
        ),
    ),
    Section(
        "Rules",
        (
            Item("Rulebook", "book-open", ("diligence:rules",), DESKS, ("diligence:rule",)),
            Item("Criteria", "scale", ("loans:criteria", "diligence:criteria"), DESKS, OF_CRITERIA),
        ),
    ),
    Section(
        "Organization",
        (
            Item("People", "users", ("accounts:people",), frozenset({"admin"}), OF_PEOPLE),
            Item("Organizations", "building-2", ("accounts:organizations",), frozenset({"staff"}), OF_ORGANIZATIONS),
            Item("Admin", "wrench", ("admin:index",), frozenset({"staff"})),
            Item("Style guide", "palette", ("styleguide",), frozenset({"staff"})),
        ),
    ),
)
ACCOUNT = (
    Item("Profile", "user", ("accounts:profile",)),
    Item("Password and two-step sign-in", "shield-check", ("mfa_index",)),
    Item("Devices", "smartphone", ("usersessions_list",)),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, made only when a template asks for it."""
    return {"navigation": SimpleLazyObject(lambda: build(request))}


def build(request: HttpRequest) -> Navigation:
    """The navigation of the person behind `request`."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Navigation(sign_in=address("account_login"))
    counts = waiting(request)
    return Navigation(
        sections=list(_sections(request, roles_of(user), counts)),
        account=[link for item in ACCOUNT if (link := _link(item, {}, None))],
        home=address("home") or "/",
        search=address("search", "portfolios:search", "diligence:search"),
        notifications=_link(Item("Notifications", "bell", ("portfolios:notifications", "notifications")), counts, None),
        help=address("help"),
        theme=address("accounts:theme"),
        sign_out=address("account_logout"),
    )


def roles_of(user: Any) -> frozenset[str]:
    """The person's roles as text, whatever enum they are kept in; an investor's analyst has a place of its own."""
    roles = frozenset(str(getattr(role, "value", role)) for role in getattr(user, "roles", ()) or ())
    kind = getattr(getattr(user, "organization", None), "kind", "")
    return frozenset(INVESTOR_DESKS.get(role, role) for role in roles) if kind == "investor" else roles


def _sections(request: HttpRequest, roles: frozenset[str], counts: dict[str, int]) -> Iterable[tuple[str, list[Link]]]:
    open_items = [item for section in SECTIONS for item in section.items if _is_open(item, roles, counts)]
    here = current(request, open_items)
    for section in SECTIONS:
        links = [link for item in section.items if item in open_items and (link := _link(item, counts, here))]
        if links:
            yield section.title, links


def _is_open(item: Item, roles: frozenset[str], counts: dict[str, int]) -> bool:
    """By role, or because work waits there for this person in particular, as for somebody named to open bids."""
    return not item.roles or bool(item.roles & roles) or any(counts.get(name) for name in item.names)


def waiting(request: HttpRequest) -> dict[str, int]:
    """Work waiting for this person by URL name, as the callables in PLUMBLINE_NAV_COUNTS tell it."""
    counts: dict[str, int] = {}
    for dotted in getattr(settings, "PLUMBLINE_NAV_COUNTS", ()):
        count: Counts = import_string(dotted)
        counts |= count(request)
    return counts


def current(request: HttpRequest, items: Iterable[Item]) -> Item | None:
    """The item the page belongs to: the one with the longest matching beginning of the view's name.

    Of equals the later one: a check lies under Tapes for lenders, and under Bundles for purchasers, who have no tapes.
    """
    match = getattr(request, "resolver_match", None)
    view = match.view_name if match else ""
    fits = [(len(start), item) for item in items for start in (*item.names, *item.covers) if _begins(view, start)]
    return max(reversed(fits), key=lambda fit: fit[0])[1] if fits else None


def _begins(view: str, start: str) -> bool:
    return view == start or (":" in start and view.startswith(start))


def _link(item: Item, counts: dict[str, int], here: Item | None) -> Link | None:
    url = address(*item.names)
    if url is None:
        return None
    count = next((counts[name] for name in item.names if name in counts), None)
    return Link(item.label, url, item.icon, current=item is here, count=count)


def address(*names: str) -> str | None:
    """The address of the first of `names` that the address table knows, or None."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return None
