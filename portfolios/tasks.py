"""Celery entry points of portfolios: load, one service call. PostgreSQL says what is left to do."""

from celery import shared_task
from django.utils import timezone

from portfolios.models import Security
from portfolios.queries.redflags import stale
from portfolios.services import (
    auctions,
    bidmail,
    closing,
    drawing,
    factorfiles,
    flagmail,
    notices,
    plans,
    poolfiles,
    redflags,
    rehearsals,
    remittances,
    work,
)


@shared_task(name="portfolios.work_on")
def work_on(bundle_id: int) -> None:
    """Pick, add up or freeze a bundle, whatever waits for it."""
    work.do(bundle_id=bundle_id, clock=timezone.now)


@shared_task(name="portfolios.sweep", ignore_result=True)
def sweep() -> None:
    """Send again what no worker holds; doubled messages find nothing to do."""
    now = timezone.now()
    work.give_up_hopeless(at=now)
    for bundle_id in work.waiting(at=now):
        work_on.delay(bundle_id)
    for file_id in factorfiles.waiting(at=now):
        import_factor_file.delay(file_id)
    for version_id in poolfiles.waiting(at=now):
        compute_pool_file.delay(version_id)
    plans.give_up_hopeless(at=now)
    for plan_id in plans.waiting(at=now):
        solve_plan.delay(plan_id)
    drawing.give_up_hopeless(at=now)
    for work_id in drawing.waiting(at=now):
        draw_paper.delay(work_id)


@shared_task(name="portfolios.catch_up_pool", ignore_result=True)
def catch_up_pool(security_id: int) -> None:
    """Take the months of a pool that is followed from now on out of the loan-level files that came before."""
    security = Security.objects.select_related("published").filter(pk=security_id).first()
    if security is not None:
        factorfiles.catch_up(security=security, by=security.created_by, at=timezone.now())


@shared_task(name="portfolios.import_factor_file", ignore_result=True)
def import_factor_file(file_id: int) -> None:
    """Import an upload of an agency's file, unless another worker holds it or it is done."""
    factorfiles.import_received(file_id=file_id, at=timezone.now())


@shared_task(name="portfolios.watch_security", ignore_result=True)
def watch_security(security_id: int) -> None:
    """Evaluate the red flags of one pool, after its months, terms or limits changed."""
    security = Security.objects.filter(pk=security_id).first()
    if security is not None:
        redflags.watch(security=security, at=timezone.now())


@shared_task(name="portfolios.watch_portfolio", ignore_result=True)
def watch_portfolio(portfolio_id: int) -> None:
    """Look at all pools of a portfolio again, after its limits changed."""
    for security_id in Security.objects.active().filter(portfolio=portfolio_id).values_list("pk", flat=True):
        watch_security.delay(security_id)


@shared_task(name="portfolios.watch", ignore_result=True)
def watch() -> None:
    """Look at pools that changed since the last look, and at those whose factor is due; doubled messages do no harm."""
    now = timezone.now()
    for security_id in factorfiles.lately_followed(at=now):
        catch_up_pool.delay(security_id)
    for security_id in stale.to_look_at(at=now):
        watch_security.delay(security_id)


@shared_task(name="portfolios.flag_digest", ignore_result=True)
def flag_digest() -> None:
    """Mail new red flags to the analysts of every organization, where mail can be sent."""
    if not flagmail.is_configured():
        return
    for organization in flagmail.waiting(at=timezone.now()):
        flagmail.send_digest(organization=organization, at=timezone.now())


@shared_task(name="portfolios.compute_pool_file", ignore_result=True)
def compute_pool_file(version_id: int) -> None:
    """Compute the months that a file of a pool gives, and look at its red flags."""
    security = remittances.compute(version_id=version_id, clock=timezone.now)
    if security is not None:
        watch_security.delay(security.pk)


@shared_task(name="portfolios.mail_receipt", ignore_result=True)
def mail_receipt(entry_id: int) -> None:
    """Mail the receipt of an entry to those who bid."""
    bidmail.send_receipt(entry_id=entry_id)


@shared_task(name="portfolios.sweep_sales", ignore_result=True)
def sweep_sales() -> None:
    """Close the records of sales past their deadline, ask for rehearsals, and tell what nobody was told yet."""
    now = timezone.now()
    for sale_id in closing.due(at=now):
        close_sale.delay(sale_id)
    for auction_id in auctions.waiting(at=now):
        end_auction.delay(auction_id)
    for sale_id in rehearsals.due(at=now):
        ask_for_rehearsal.delay(sale_id)
    for event_id in notices.waiting(at=now):
        tell.delay(event_id)


@shared_task(name="portfolios.close_sale", ignore_result=True)
def close_sale(sale_id: int) -> None:
    """Close one sale's record; a doubled message finds nothing to do."""
    closing.close(sale_id=sale_id, at=timezone.now())


@shared_task(name="portfolios.end_auction", ignore_result=True)
def end_auction(auction_id: int) -> None:
    """End one open auction; a doubled message finds nothing to do."""
    auctions.close(auction_id=auction_id, at=timezone.now())


@shared_task(name="portfolios.ask_for_rehearsal", ignore_result=True)
def ask_for_rehearsal(sale_id: int) -> None:
    """Ask a sale's openers to show that their keys open, once a window."""
    rehearsals.ask(sale_id=sale_id, at=timezone.now())


@shared_task(name="portfolios.tell", ignore_result=True)
def tell(event_id: int) -> None:
    """Tell everybody of one event, unless that was done."""
    notices.tell(event_id=event_id, at=timezone.now())


@shared_task(name="portfolios.solve_plan", ignore_result=True)
def solve_plan(plan_id: int) -> None:
    """Price and solve a plan, unless another worker does."""
    plans.work(plan_id=plan_id, clock=timezone.now)


@shared_task(name="portfolios.draw_paper", ignore_result=True)
def draw_paper(work_id: int) -> None:
    """Draw up an agreement, a statement or a true-up, unless another worker does."""
    drawing.do(work_id=work_id, clock=timezone.now)
