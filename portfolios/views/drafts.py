"""Putting a bundle together and handing it over: the lender's steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from config.ui import numbers
from diligence import tasks
from diligence.models import Run
from diligence.services import runs
from loans.models import CriteriaVersion
from portfolios import policies
from portfolios.forms.selection import ChangedSelectionForm, NewBundleForm, SelectionForm
from portfolios.forms.steps import PurchaserForm, ReasonForm, SubmitForm
from portfolios.models import Bundle
from portfolios.queries.checks import OFFERED, finished_checks
from portfolios.services import bundles as service
from portfolios.services import picks
from portfolios.views.frames import bundle_or_404, hand_over


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def create(request: HttpRequest) -> HttpResponse:
    """Pick loans of a finished check into a new draft; without `?run=` the check is chosen first."""
    user = signed_in(request)
    wanted = request.GET.get("run", "")
    if not wanted.isdecimal():
        checks = finished_checks(user)[:OFFERED]
        return render(request, "portfolios/bundles/choose_check.html", {"checks": checks})
    run = get_object_or_404(finished_checks(user), pk=wanted)
    if run.criteria is None:
        return render(request, "portfolios/bundles/choose_criteria.html", criteria_context(request, run))
    form = NewBundleForm(request.POST or None, run=run, user=user)
    if request.method == "POST" and form.is_valid():
        data, at = form.cleaned_data, timezone.now()
        try:
            bundle = service.create(
                run=run,
                name=data["name"],
                purchaser=data["purchaser"],
                selection=form.selection(),
                by=user,
                at=at,
                token=data["token"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, put_together(hand_over(bundle)))
            return redirect(bundle)
    context = {"form": form, "run": run, "preview": first_preview(run, form)}
    return render(request, "portfolios/bundles/new.html", context, status=422 if form.errors else 200)


def put_together(bundle: Bundle) -> str:
    if bundle.under_way:
        return f"{bundle.number} is being put together. You can close its page meanwhile."
    if not bundle.loan_count:
        return f"{bundle.number} holds no loan yet. Change its selection to pick some."
    return f"{bundle.number} holds {numbers.units(bundle.loan_count, 'loan')}. Submit it when it is right."


def criteria_context(request: HttpRequest, run: Run) -> dict[str, Any]:
    criteria = CriteriaVersion.objects.visible_to(signed_in(request)).published().select_related("organization")
    today = timezone.localdate()
    return {"run": run, "criteria": [version for version in criteria if not ended(version, today)]}


def ended(version: CriteriaVersion, today: Any) -> bool:
    return version.effective_to is not None and version.effective_to < today


def first_preview(run: Run, form: SelectionForm) -> picks.Preview:
    """What the form as it is shown would pick."""
    if form.is_bound:
        return picks.preview(run=run, selection=form.selection() if form.is_valid() else {})
    return picks.preview(run=run, selection={"clean": True})


@require_GET
@allow(Role.MANAGER)
def preview(request: HttpRequest) -> HttpResponse:
    """How many loans and how much UPB the filters pick, while they are being chosen."""
    wanted = request.GET.get("run", "")
    run = get_object_or_404(finished_checks(signed_in(request)), pk=wanted if wanted.isdecimal() else 0)
    form = SelectionForm(request.GET, run=run)
    found = picks.preview(run=run, selection=form.selection()) if form.is_valid() else None
    return render(request, "portfolios/bundles/_preview.html", {"preview": found, "form": form, "run": run})


@require_POST
@allow(Role.MANAGER)
def check(request: HttpRequest) -> HttpResponse:
    """Check the tape of a run again, against the criteria of the purchaser who shall read it."""
    user, wanted = signed_in(request), request.POST.get("run", "")
    run = get_object_or_404(finished_checks(user), pk=wanted if wanted.isdecimal() else 0)
    published = CriteriaVersion.objects.visible_to(user).published()
    criteria = get_object_or_404(published, code=request.POST.get("criteria", ""))
    at = timezone.now()
    started = runs.start(version=run.version, criteria=criteria, as_of=timezone.localdate(), by=user, at=at)
    tasks.advance.delay_on_commit(started.pk)
    messages.info(request, "When this check is done, bundle its good loans from the results.")
    return redirect(started)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def selection(request: HttpRequest, number: str) -> HttpResponse:
    """Pick the loans of a draft again, or of a bundle that was sent back."""
    bundle, user = bundle_or_404(request, number), signed_in(request)
    policies.check_can_change(user, bundle)
    form = ChangedSelectionForm(request.POST or None, run=bundle.run, bundle=bundle)
    if request.method == "POST" and form.is_valid():
        run, picked = form.cleaned_data["run"], form.selection()
        try:
            changed = service.pick_again(bundle=bundle, run=run, selection=picked, by=user, at=timezone.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            under_way = hand_over(changed).under_way
            messages.success(request, "The loans are being picked." if under_way else "The loans were picked again.")
            return redirect(bundle)
    shown = picks.preview(run=bundle.run, selection=bundle.selection)
    context = {"form": form, "run": bundle.run, "bundle": bundle, "preview": shown}
    return render(request, "portfolios/bundles/selection.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def purchaser(request: HttpRequest, number: str) -> HttpResponse:
    """Say who is asked to buy a draft, and by which criteria; or nobody yet."""
    bundle, user = bundle_or_404(request, number), signed_in(request)
    policies.check_can_choose_purchaser(user, bundle)
    form = PurchaserForm(request.POST or None, bundle=bundle, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            chosen = service.offer_to(bundle=bundle, by=user, at=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{number}: {hand_over(chosen).offered_to}.")
            return redirect(bundle)
    context = {"form": form, "bundle": bundle}
    return render(request, "portfolios/bundles/purchaser.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the bundle to its purchaser, with a note and the day an answer is expected."""
    bundle = bundle_or_404(request, number)
    policies.check_can_submit(signed_in(request), bundle)
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = service.submit(bundle=bundle, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            where = "goes to" if hand_over(given).under_way else "is with"
            messages.success(request, f"{bundle.number} {where} {bundle.purchaser}.")
            return redirect(bundle)
    context = {"form": form, "bundle": bundle}
    return render(request, "portfolios/bundles/submit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the bundle back for good, with a reason."""
    bundle = bundle_or_404(request, number)
    policies.check_can_withdraw(signed_in(request), bundle)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.withdraw(bundle=bundle, by=signed_in(request), at=timezone.now(), note=form.cleaned_data["note"])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{bundle.number} was withdrawn.")
            return redirect(bundle)
    context = {"form": form, "bundle": bundle}
    return render(request, "portfolios/bundles/withdraw.html", context, status=422 if form.errors else 200)
