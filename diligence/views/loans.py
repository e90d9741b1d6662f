"""One loan of a check: fields beside cells, findings with the working, decisions."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from diligence import policies
from diligence.domain.lifecycles import FindingStatus
from diligence.forms.decisions import DecisionForm
from diligence.models import Finding, Run
from diligence.queries import loan as query
from diligence.queries import loanlist
from diligence.services import decisions
from diligence.services.rulebooks import mapping_of, ruleset_of
from diligence.views.heads import find
from loans.models import TapeChunk
from loans.policies import may_read_borrowers
from loans.queries.fields import part_with

DONE = {
    FindingStatus.OPEN: "opened again",
    FindingStatus.VERIFIED: "verified",
    FindingStatus.WAIVED: "waived",
    FindingStatus.DISPUTED: "disputed",
}


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def loan(request: HttpRequest, pk: int, row_no: int) -> HttpResponse:
    """The page of a loan; `?decide=RULE_NO.SEQ` opens the form of a decision on one of its findings."""
    run = find(request, pk)
    rule_no, _, seq = request.GET.get("decide", "")[:20].partition(".")
    if not (rule_no.isdecimal() and seq.isdecimal()):
        return page(request, run, row_no)
    finding = get_object_or_404(run.findings, row_no=row_no, rule_no=rule_no, seq=seq)
    return page(request, run, row_no, finding=finding, form=form_for(request, run, finding))


@require_POST
@allow(Role.UPLOADER, Role.MANAGER)
def decide(request: HttpRequest, pk: int, row_no: int, rule_no: int, seq: int) -> HttpResponse:
    """Decide on one finding of a loan."""
    run = find(request, pk)
    finding = get_object_or_404(run.findings, row_no=row_no, rule_no=rule_no, seq=seq)
    form = form_for(request, run, finding, bound=True)
    if form.is_valid():
        kind, note = form.cleaned_data["kind"], form.cleaned_data["note"]
        try:
            made = decisions.decide(finding=finding, to=kind, by=signed_in(request), at=timezone.now(), note=note)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{made.rule} {DONE[kind]}.")
            return redirect("diligence:loan", run.pk, row_no)
    return page(request, run, row_no, finding=finding, form=form)


def form_for(request: HttpRequest, run: Run, finding: Finding, *, bound: bool = False) -> DecisionForm:
    rule = get_object_or_404(run.rules, rule_no=finding.rule_no)
    steps = policies.steps(signed_in(request), run, waivable=rule.waivable, frm=FindingStatus(finding.status))
    return DecisionForm(request.POST if bound else None, steps=steps)


def part_of_loan(run: Run, row_no: int) -> TapeChunk:
    """The part of the tape that a loan stands in; a page not found where there is none, or it was not checked yet."""
    part = part_with(run.version_id, row_no)
    if part is None or part.stored_at is None or row_no >= part.first_row + part.row_count:
        raise Http404
    return part


def page(
    request: HttpRequest, run: Run, row_no: int, *, finding: Finding | None = None, form: DecisionForm | None = None
) -> HttpResponse:
    part = part_of_loan(run, row_no)
    before, after = loanlist.neighbors(run, row_no)
    shown = query.loan_page(
        run,
        part,
        row_no,
        ruleset_of(run),
        mapping_of(run),
        borrowers=may_read_borrowers(signed_in(request), run.version),
    )
    deciding = f"{finding.rule_no}.{finding.seq}" if finding else ""
    context = {
        "run": run,
        "page": shown,
        "before": before,
        "after": after,
        "form": form,
        "deciding": next((line for line in shown.findings if line.key == deciding), None),
    }
    return render(request, "diligence/loans/loan.html", context, status=422 if form and form.errors else 200)
