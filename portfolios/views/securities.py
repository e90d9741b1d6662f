"""Adding pools and keeping them: issue a bundle, follow an agency's pool, type one in, edit, add months, archive."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios import policies, tasks
from portfolios.domain.terms import at_issue
from portfolios.forms.securities import EditForm, FollowForm, HandForm, IssueForm, MonthsForm
from portfolios.models import PublishedPool, Security
from portfolios.queries import published as published_query
from portfolios.queries.pools import recorded_by_hand
from portfolios.services import collateral as collateral_service
from portfolios.services import handmonths
from portfolios.services import securities as service
from portfolios.views.frames import bundle_or_404

PUBLISHED_TERMS = ("program", "delay_days", "original_face", "coupon", "issued_on", "matures_on", "loan_count")
LOAN_TERMS = ("original_face", "issued_on", "matures_on", "wac", "remaining", "age", "loan_count")


def followed_or_404(request: HttpRequest, pk: int) -> Security:
    """A pool that the person's organization follows; for its servicer and for strangers it does not exist here."""
    followed = Security.objects.followed_by(signed_in(request))
    return get_object_or_404(followed.select_related("portfolio", "published", "bundle"), pk=pk)


@require_http_methods(["GET", "POST"])
@allow(Role.ANALYST, Role.APPROVER)
def issue(request: HttpRequest, number: str) -> HttpResponse:
    """Make an approved bundle a pool; one that is a pool already leads to it."""
    bundle, user = bundle_or_404(request, number), signed_in(request)
    if known := Security.objects.visible_to(user).filter(bundle=bundle).first():
        messages.info(request, f"{bundle.number} was issued as {known.name}.")
        return redirect(known)
    policies.check_can_issue(user, bundle)
    form = IssueForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("name", "program", "delay_days", "coupon", "issued_on")}
        data |= {"forecast": form.forecast(), "portfolio": form.cleaned_data["portfolio"]}
        try:
            security = service.issue(bundle=bundle, by=user, at=timezone.now(), **data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{security.name} is issued. Its factor is 1.00000000.")
            return redirect(security)
    context = {"form": form, "bundle": bundle, "preview": collateral_service.preview(bundle, timezone.localdate())}
    return answer(request, "portfolios/pools/issue.html", form, context)


@require_GET
@allow(Role.ANALYST)
def new(request: HttpRequest) -> HttpResponse:
    """The three ways to add a pool; `?q=` looks for an agency's pool."""
    text = request.GET.get("q", "")[:40]
    found = published_query.found(text)
    followed = published_query.followed(signed_in(request), found)
    context = {"q": text, "found": [(pool, followed.get(pool.pk)) for pool in found]}
    return render(request, "portfolios/pools/new.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.ANALYST)
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow an agency's pool with the terms its files tell; what they do not tell is asked for or assumed."""
    pool, user = get_object_or_404(PublishedPool, pk=pk), signed_in(request)
    terms = published_query.terms_of(pool)
    told = [name for name in published_query.NEEDED if getattr(pool, name) is not None]
    told += [name for name in published_query.AVERAGES if terms.values and name not in terms.values["assumed"]]
    form = FollowForm(request.POST or None, user=user, told=told, initial={"name": str(pool)[:40]})
    if request.method == "POST" and form.is_valid():
        chosen = {"portfolio": form.cleaned_data["portfolio"], "name": form.cleaned_data["name"]}
        try:
            security = service.follow(
                published=pool, by=user, at=timezone.now(), forecast=form.forecast(), **chosen, **form.known()
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return followed(request, security)
    newest = published_query.newest(pool)
    return answer(request, "portfolios/pools/new_follow.html", form, {"pool": pool, "terms": terms, "newest": newest})


@require_http_methods(["GET", "POST"])
@allow(Role.ANALYST)
def by_hand(request: HttpRequest) -> HttpResponse:
    """Type a pool in: its terms, and the months that are known."""
    user = signed_in(request)
    form = HandForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            security = handmonths.add_with_factors(
                organization=user.organization,
                by=user,
                at=timezone.now(),
                factors=form.cleaned_data["found"],
                **hand_terms(form),
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return followed(request, security)
    return answer(request, "portfolios/pools/new_by_hand.html", form, {})


def followed(request: HttpRequest, security: Security) -> HttpResponse:
    """To the page of a pool that was added, while a worker takes its first look at it."""
    tasks.catch_up_pool.delay_on_commit(security.pk)
    tasks.watch_security.delay_on_commit(security.pk)
    messages.success(request, f"{security.name} is followed in {security.portfolio}.")
    return redirect(security)


def hand_terms(form: HandForm) -> dict[str, Any]:
    """The typed terms, and what the standard assumes for those left open."""
    data = form.cleaned_data
    names = ("name", "program", "original_face", "coupon", "issued_on", "matures_on", "delay_days", "loan_count")
    averages = at_issue(
        program=data["program"], coupon=data["coupon"], issued_on=data["issued_on"], matures_on=data["matures_on"]
    )
    typed = {name: data[name] for name in ("wac", "remaining", "age") if data.get(name) is not None}
    assumed = {name: why for name, why in averages.assumed.items() if name not in typed}
    taken = {"wac": averages.wac, "remaining": averages.remaining, "age": averages.age} | typed
    kept = {name: data[name] for name in (*names, "portfolio")}
    return {**kept, **taken, "assumed": assumed, "forecast": form.forecast()}


@require_http_methods(["GET", "POST"])
@allow(Role.ANALYST)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change terms, forecast, portfolio or price; what the loans or the agency say is not typed over."""
    security, user = followed_or_404(request, pk), signed_in(request)
    fixed = PUBLISHED_TERMS if security.published_id else LOAN_TERMS if security.collateral else ()
    form = EditForm(request.POST or None, user=user, security=security, fixed=fixed)
    if request.method == "POST" and form.is_valid():
        try:
            service.edit(security=security, by=user, at=timezone.now(), **form.changes())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            tasks.watch_security.delay_on_commit(security.pk)
            messages.success(request, "The terms are saved. The ones before stay in the pool's history.")
            return redirect(security)
    return answer(request, "portfolios/pools/edit.html", form, {"security": security})


@require_http_methods(["GET", "POST"])
@allow(Role.ANALYST)
def factors(request: HttpRequest, pk: int) -> HttpResponse:
    """Add months by hand, or correct one: another factor for a known month is its next version."""
    security, user = followed_or_404(request, pk), signed_in(request)
    form = MonthsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = handmonths.record_factors(
                security=security, factors=form.cleaned_data["found"], by=user, at=timezone.now()
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            tasks.watch_security.delay_on_commit(security.pk)
            messages.success(request, recorded_words(count))
            return redirect(security)
    context = {"security": security, "months": recorded_by_hand(security)}
    return answer(request, "portfolios/pools/factors.html", form, context)


def recorded_words(count: int) -> str:
    if not count:
        return "Nothing changed: these factors were recorded already."
    return f"{count:,} month{'' if count == 1 else 's'} recorded."


@require_POST
@allow(Role.ANALYST)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop following a pool; nothing of it is lost."""
    security = followed_or_404(request, pk)
    service.archive(security=security, by=signed_in(request), at=timezone.now())
    messages.info(request, f"{security.name} is not followed any more. It stands under Archived, with all its months.")
    return redirect("portfolios:pools")


@require_POST
@allow(Role.ANALYST)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow an archived pool again."""
    security = followed_or_404(request, pk)
    service.restore(security=security, by=signed_in(request), at=timezone.now())
    messages.success(request, f"{security.name} is followed again.")
    return redirect(security)


def answer(request: HttpRequest, template: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    """The page of a form; 422 when something in it has to be put right."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
