"""The tabs of a settlement. Each is a function of the settlement, so that a refused step can show it again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from portfolios.domain.settlement import Paper, TrueUpState
from portfolios.forms import settlements as forms
from portfolios.models import Sale, Settlement
from portfolios.queries.settlements import bringdowns, following, history, overview, schedule, signatures
from portfolios.queries.settlements.agreements import agreement_blocks
from portfolios.queries.settlements.days import claims_end, documents_end
from portfolios.queries.settlements.figures import most_out, terms_of
from portfolios.queries.settlements.papers import making
from portfolios.queries.settlements.parties import lot_lines
from portfolios.queries.settlements.sides import wire_of
from portfolios.queries.settlements.statements import statement_page
from portfolios.views.settlements.frames import READERS, frame, settlement_or_404

SHOWN = {"all": "All", "kept": "Kept", "proposed": "Asked out", "answered": "Cured or contested", "out": "Out"}
ANSWERS = (("out", "They leave"), ("cured", "Cured"), ("contested", "Contested: they stay"))
CHOOSES = {"seller": ("open", "overdue"), "buyer": ("delivered",)}  # documents that a side does something about
DOCUMENT_WORDS = {"open": "Owed", "overdue": "Overdue", "delivered": "Delivered", "accepted": "Accepted"}


def shown(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, f"portfolios/settlements/{template}.html", context, status=status)


@require_GET
@allow(*READERS)
def settlements(request: HttpRequest, number: str) -> HttpResponse:
    """The settlements of a sale that this person may read; one alone is shown at once."""
    user = signed_in(request)
    sale = get_object_or_404(Sale.objects.visible_to(user).select_related("seller"), number=number)
    found = Settlement.objects.visible_to(user).filter(award__sale=sale)
    rows = list(found.select_related("buyer", "award").order_by("pk"))
    if len(rows) == 1:
        return redirect(overview.url_of(rows[0], ""))
    lines = [(row, overview.word(row), lot_lines(row)) for row in rows]
    return render(request, "portfolios/settlements/list.html", {"sale": sale, "lines": lines})


def overview_page(request: HttpRequest, settlement: Settlement, *, status: int = 200, **errors: Any) -> HttpResponse:
    """Steps, what is next, from the award to the wire, and the signatures of both sides."""
    context = frame(request, settlement, "")
    context |= {
        "rows": overview.working(settlement, context["found"]),
        "lots": lot_lines(settlement),
        "signatures": signatures.signatures(settlement),
        "most_out": most_out(settlement, context["found"]),
        "looked_at": settlement.runs.exists() or not context["found"].loans,
        "terms": terms_of(settlement),
        "deposit_due": terms_of(settlement).deposit_due(settlement.award.amount),
        "history": history.entries(history.events_of(settlement)[: history.RECENT]),
        "back_up": overview.back_up(settlement.award) if context["side"] == "seller" else None,
        "fund_form": fund_form(settlement, errors),
        "true_ups": list(settlement.true_ups.filter(state=TrueUpState.SETTLED)),
        **errors,
    }
    return shown(request, "overview", context, status)


def fund_form(settlement: Settlement, errors: dict[str, Any]) -> forms.FundForm:
    typed = errors.get("data") if errors.get("form") == "fund" else None
    return forms.FundForm(typed, nothing_due=not wire_of(settlement))


@require_GET
@allow(*READERS)
def settlement(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The overview."""
    return overview_page(request, settlement_or_404(request, number, pk))


def loans_page(request: HttpRequest, settlement: Settlement, *, status: int = 200, **errors: Any) -> HttpResponse:
    """The loans with the buyer's prices, what is asked out, and the answers."""
    context = frame(request, settlement, "loans")
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    lot, text = request.GET.get("lot", "")[:8], request.GET.get("q", "").strip()[:60]
    found = context["found"]
    counts = {"kept": found.kept, "proposed": found.waiting, "out": found.out, "all": found.loans}
    counts["answered"] = found.cured + found.contested
    query = f"&lot={lot}" * bool(lot) + f"&q={text}" * bool(text)
    context |= {
        "page": schedule.page(settlement, shown=show, lot=lot, text=text, after=request.GET.get("after", "")),
        "show": show,
        "lot": lot,
        "q": text,
        "query": query,
        "segments": [
            {"label": words, "url": f"?show={name}{query}", "current": name == show, "count": counts[name]}
            for name, words in SHOWN.items()
        ],
        "lots": lot_lines(settlement),
        "most_out": most_out(settlement, found),
        "cap": terms_of(settlement).kick_out_percent,
        "answers": ANSWERS,
        "answerable": found.waiting + counts["answered"] > 0,
        "asked": found.out + found.waiting + counts["answered"] > 0,
        **errors,
    }
    return shown(request, "loans", context, status)


@require_GET
@allow(*READERS)
def loans(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Loans of the settlement."""
    return loans_page(request, settlement_or_404(request, number, pk))


def bring_down_page(request: HttpRequest, settlement: Settlement, *, status: int = 200, **errors: Any) -> HttpResponse:
    """The bring-down checks by lot, and what they found on the awarded loans."""
    context = frame(request, settlement, "bring-down")
    checks = bringdowns.lot_checks(settlement)
    criteria = bringdowns.criteria_for(settlement.buyer_id)
    form = forms.BringDownForm(errors.get("data"), checks=checks, criteria=criteria)
    unproposed = sum(not loan.proposed for check in checks for loan in check.found)
    context |= {"checks": checks, "check_form": form, "criteria": criteria, "unproposed": unproposed, **errors}
    context |= {
        "under_way": any(check.under_way for check in checks),
        "most_out": most_out(settlement, context["found"]),
    }
    return shown(request, "bring_down", context, status)


def agreement_page(request: HttpRequest, settlement: Settlement, *, status: int = 200, **errors: Any) -> HttpResponse:
    """The purchase agreement as both sides read and sign it."""
    context = frame(request, settlement, "agreement")
    context |= {
        "blocks": agreement_blocks(settlement),
        "making": making(settlement, Paper.AGREEMENT),
        "signers": signatures.signers(settlement),
        **errors,
    }
    return shown(request, "agreement", context, status)


@require_GET
@allow(*READERS)
def agreement(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The purchase agreement."""
    return agreement_page(request, settlement_or_404(request, number, pk))


def statement_tab(request: HttpRequest, settlement: Settlement, *, status: int = 200, **errors: Any) -> HttpResponse:
    """The settlement statement with its working, its lines, and what the seller states for it."""
    context = frame(request, settlement, "statement")
    context |= {
        "page": statement_page(settlement, after=request.GET.get("after", "")),
        "making": making(settlement, Paper.STATEMENT),
        "rows": overview.working(settlement, context["found"]),
        "day_form": forms.DayForm(initial={"settles_on": settlement.settles_on}),
        "deposit_form": forms.DepositForm(initial={"amount": settlement.deposit}),
        "terms": terms_of(settlement),
        "deposit_due": terms_of(settlement).deposit_due(settlement.award.amount),
        **errors,
    }
    return shown(request, "statement", context, status)


@require_GET
@allow(*READERS)
def statement(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The settlement statement."""
    return statement_tab(request, settlement_or_404(request, number, pk))


def after_page(request: HttpRequest, settlement: Settlement, *, status: int = 200, **errors: Any) -> HttpResponse:
    """What follows: transfer of the servicing, documents, claims, pools."""
    context = frame(request, settlement, "after")
    today, side = context["today"], context["side"]
    documents = following.documents_page(
        settlement, shown=request.GET.get("documents", "open"), today=today, after=request.GET.get("after", "")
    )
    open_claim = errors.pop("claim_form", None)
    context |= {
        "terms": terms_of(settlement),
        "notices": following.notice_lines(settlement, today=today, side=side),
        "documents": documents,
        "chooses": documents.shown in CHOOSES[side],
        "segments": [
            {"label": words, "url": f"?documents={name}", "current": name == documents.shown,
             "count": documents.counts[name]}
            for name, words in DOCUMENT_WORDS.items()
        ],
        "claims": following.claim_lines(settlement, side),
        "claims_end": claims_end(settlement),
        "lots": lot_lines(settlement),
        "transfer_form": forms.TransferForm(initial={"transfers_on": settlement.transfers_on}),
        "owe_form": errors.pop("owe_form", None) or forms.OweForm(initial={"due_on": documents_end(settlement)}),
        "claim_form": open_claim or forms.ClaimForm(initial={"on": today}),
        "settled": settlement.status == "settled",
        **errors,
    }  # fmt: skip
    return shown(request, "after", context, status)


@require_GET
@allow(*READERS)
def after(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What follows the closing."""
    return after_page(request, settlement_or_404(request, number, pk))


@require_GET
@allow(*READERS)
def history_tab(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Every step, newest first."""
    found = settlement_or_404(request, number, pk)
    context = frame(request, found, "history") | {"entries": history.entries(history.events_of(found))}
    return shown(request, "history", context, 200)
