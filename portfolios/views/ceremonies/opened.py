"""The opened sale for its seller: who leads and by how much, every bid with its fate, and the award."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import signed_in
from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.salerecord import unsold_values
from portfolios.domain.sales import SaleStatus
from portfolios.models import Sale
from portfolios.policies import awards as policies
from portfolios.policies.sharedloss import KIND
from portfolios.queries import sharedloss
from portfolios.queries.ceremonies import award, bids, happened, leastcost, plot, summary
from portfolios.services import awards
from portfolios.views.sales.frames import frame


def page(request: HttpRequest, sale: Sale) -> HttpResponse:
    """The seller's page from the opening on."""
    return shown(request, sale)


def shown(request: HttpRequest, sale: Sale, *, error: str = "") -> HttpResponse:
    """The page, with the reason why a step was refused."""
    context = frame(request, sale) | {"events": happened.events_of(sale), "error": error}
    try:
        context |= worked_out(sale, signed_in(request))
    except NotAllowed as problem:
        context |= {"problem": str(problem)}
    return render(request, "portfolios/ceremonies/opened.html", context, status=422 if error else 200)


def worked_out(sale: Sale, user: User) -> dict[str, Any]:
    """Everything that follows from the bids by the announced terms."""
    found = awards.worked_out(sale=sale, at=timezone.now())
    opened = bids.opened_bids(sale, found.terms, found.outcome)
    group = summary.shown_group(opened, found.outcome)
    return {
        "bids": opened,
        "outcome": found.outcome,
        "verdict": summary.verdict_of(opened, found.outcome, award.due(sale)),
        "figures": summary.figures_of(opened, found.outcome),
        "group": group,
        "plot": plot.plot_of(group) if group else None,
        "lots": summary.by_lot(opened),
        "against_parts": summary.whole_against_parts(opened, award.best_parts(found.record, found.terms)),
        "agreeing": award.agreeing(found.record),
        "panel": award.panel_of(sale, opened, found.outcome, user),
        "least_cost": leastcost.least_cost(opened, found.outcome, unsold_values(found.record)),
        "can": steps(user, sale, found.outcome.undecided),
        **costs_of(sale, opened),
    }


def costs_of(sale: Sale, opened: bids.OpenedBids) -> dict[str, Any]:
    """Of a shared-loss sale what each bid, and the leading ones together, cost the receiver."""
    if sale.kind != KIND:
        return {"costs": {}, "together": None}
    leading = [row.offer for group in opened.groups for row in group.rows if row.wins]
    several = sharedloss.cost_together(sale, leading) if len(leading) > 1 else None
    return {"costs": sharedloss.costs_by_offer(sale), "together": several}


def steps(user: User, sale: Sale, undecided: bool) -> dict[str, bool]:
    """Which steps are open to this person."""
    can = {
        "propose": policies.allows(policies.check_can_propose, user, sale),
        "reject": policies.allows(policies.check_can_reject_all, user, sale),
    }
    further = undecided or bool(sale.terms.get("best_and_final"))
    return can | {
        "further": can["propose"] and sale.round == 1 and further,
        "cure": sale.status == SaleStatus.OPENED and can["propose"],
    }
