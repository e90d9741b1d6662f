"""Who may do what with bundles. Four eyes: whoever reviewed a bundle cannot approve it."""

from collections.abc import Callable

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from diligence.domain.lifecycles import RunStatus
from diligence.models import Run
from portfolios.domain.lifecycles import HOLDS_BORROWERS, OPEN_TO_CHANGE, WITH_PURCHASER, BundleStatus
from portfolios.domain.verdicts import stopping
from portfolios.models import Bundle, SealedBid
from portfolios.queries.bundles import held_lot


def check_can_create(user: User, run: Run) -> None:
    if run.version.tape.organization_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Bundles are put together by a manager of the lender that owns the loans.")
    if run.status != RunStatus.DONE:
        raise NotAllowed("The check of this tape is not finished. Loans can be picked when it is.")


def check_can_use(run: Run, bundle: Bundle) -> None:
    """A bundle moves to another check only of its own tape and under its own criteria."""
    if run.version.tape_id != bundle.run.version.tape_id:
        raise NotAllowed("A bundle holds loans of one tape. Put loans of another tape into a bundle of their own.")
    if run.criteria_id != bundle.criteria_id:
        raise NotAllowed(f"This check used other criteria than {bundle.criteria.name}. Check the tape against them.")
    if run.status != RunStatus.DONE:
        raise NotAllowed("The check of this tape is not finished. Loans can be picked when it is.")


def check_can_judge_by(run: Run, bundle: Bundle) -> None:
    """Other criteria come with another check of the same file, whose rows are the same loans."""
    if run.version_id != bundle.run.version_id or run.status != RunStatus.DONE:
        raise NotAllowed("Choose a finished check of the same file, against the criteria the purchaser reads by.")


def check_settled(bundle: Bundle) -> None:
    """Nothing is done with a bundle while a worker does something for it."""
    if bundle.under_way:
        raise NotAllowed("The bundle is still being added up. This step is possible as soon as its figures are there.")


def check_added_up(bundle: Bundle) -> None:
    """Nobody hands over or signs what has no figures."""
    check_settled(bundle)
    if bundle.measured_at is None:
        raise NotAllowed("The figures of this bundle could not be added up. Have them added up again first.")


def check_can_change(user: User, bundle: Bundle) -> None:
    if bundle.lender_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Only a manager of the lender can change this bundle.")
    if bundle.status in WITH_PURCHASER:
        raise NotAllowed("The bundle is with the purchaser. It can be changed again when it is sent back.")
    if bundle.status not in OPEN_TO_CHANGE:
        raise NotAllowed(f"The bundle is {bundle.status.replace('_', ' ')} and stays as it is.")
    check_not_on_sale(bundle)
    check_settled(bundle)


def check_not_on_sale(bundle: Bundle) -> None:
    """What bidders price is not changed, and not offered to somebody else beside them."""
    if lot := held_lot(bundle):
        raise NotAllowed(f"The bundle is lot {lot.code} of {lot.sale.number}, which is announced, and stays as it is.")


def check_can_choose_purchaser(user: User, bundle: Bundle) -> None:
    """Until the first submission, while nobody outside has seen the bundle."""
    check_can_change(user, bundle)
    if bundle.status != BundleStatus.DRAFT:
        raise NotAllowed("The bundle was submitted already, so its purchaser stays.")


def check_can_sell_bundle(user: User, bundle: Bundle) -> None:
    """Offering a draft in a sale instead of submitting it to a purchaser."""
    check_can_choose_purchaser(user, bundle)
    check_added_up(bundle)
    if bundle.kept_count == 0:
        raise NotAllowed("The bundle holds no loans. Pick loans first.")


def check_can_submit(user: User, bundle: Bundle) -> None:
    check_can_change(user, bundle)
    check_added_up(bundle)
    if bundle.purchaser_id is None:
        raise NotAllowed("Nobody is asked to buy this bundle yet. Choose its purchaser, then submit it.")
    if bundle.kept_count == 0:
        raise NotAllowed("The bundle holds no loans. Pick loans first.")
    if bundle.run.status != RunStatus.DONE:
        raise NotAllowed("The check of these loans is not finished. The bundle can be submitted when it is.")


def check_can_withdraw(user: User, bundle: Bundle) -> None:
    if bundle.lender_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Only a manager of the lender can withdraw this bundle.")
    if bundle.status not in (*OPEN_TO_CHANGE, *WITH_PURCHASER):
        raise NotAllowed(f"The bundle is {bundle.status.replace('_', ' ')} and cannot be withdrawn any more.")
    check_not_on_sale(bundle)


def check_can_review(user: User, bundle: Bundle) -> None:
    if bundle.purchaser_id != user.organization_id or not user.has_role(Role.REVIEWER):
        raise NotAllowed("Reviewing needs the role of reviewer at the purchaser.")
    if bundle.status != BundleStatus.IN_REVIEW:
        raise NotAllowed("This bundle is not waiting for a review.")
    check_did_not_bid(user, bundle)
    check_settled(bundle)


def check_can_assign(user: User, bundle: Bundle) -> None:
    """Who reviews is said by those who answer for the desk."""
    if bundle.purchaser_id != user.organization_id or not user.has_role(Role.APPROVER):
        raise NotAllowed("A reviewer is assigned by an approver of the purchaser.")
    if bundle.status not in (BundleStatus.IN_REVIEW, BundleStatus.WITH_LENDER):
        raise NotAllowed("This bundle is not waiting for a review.")


def check_can_be_assigned(user: User, bundle: Bundle) -> None:
    if bundle.purchaser_id != user.organization_id or not user.is_active or not user.has_role(Role.REVIEWER):
        raise NotAllowed(f"{user} is not a reviewer of {bundle.purchaser}.")


def check_can_send_back(user: User, bundle: Bundle) -> None:
    if bundle.status == BundleStatus.IN_REVIEW:
        check_can_review(user, bundle)
    else:
        check_can_decide(user, bundle)


def check_can_decide(user: User, bundle: Bundle) -> None:
    """Approve, reject or send back: an approver of the purchaser who is not the one who reviewed it."""
    if bundle.purchaser_id != user.organization_id or not user.has_role(Role.APPROVER):
        raise NotAllowed("The decision needs the role of approver at the purchaser.")
    if bundle.status != BundleStatus.SECOND:
        raise NotAllowed("This bundle is not waiting for a second sign-off.")
    if bundle.reviewed_by_id == user.pk:
        raise NotAllowed("The second sign-off must be someone else: you reviewed this bundle.")
    check_did_not_bid(user, bundle)
    check_settled(bundle)


def check_did_not_bid(user: User, bundle: Bundle) -> None:
    """Whoever priced loans in a sale does not judge loans of the same tape for the purchaser."""
    tape = bundle.run.version.tape_id
    if user.has_role(Role.BIDDER) and SealedBid.objects.filter(by=user, sale__lots__bundle__run__version__tape=tape):
        raise NotAllowed("You sealed a bid for loans of this tape in a sale. A colleague who did not reviews them.")


def check_can_approve(user: User, bundle: Bundle) -> None:
    """The decision is this person's, and every limit and check that stops a bundle is met."""
    check_can_decide(user, bundle)
    if bundle.kept_count == 0:
        raise NotAllowed("Every loan was left out, so there is nothing to approve. Reject the bundle or send it back.")
    if bundle.open_fatal:
        loans = "1 kept loan has" if bundle.open_fatal == 1 else f"{bundle.open_fatal:,} kept loans have"
        raise NotAllowed(f"{loans} open fatal findings. Leave them out, or send the bundle back.")
    if broken := stopping(bundle.limits, bundle.checks):
        raise NotAllowed(f"Not met: {', '.join(broken)}. Leave loans out until every limit is met, or send it back.")


def check_can_kick_out(user: User, bundle: Bundle) -> None:
    """The reviewer, and then the approver, may leave loans out; never after the decision."""
    if bundle.status == BundleStatus.IN_REVIEW:
        check_can_review(user, bundle)
    elif bundle.status == BundleStatus.SECOND and bundle.reviewed_by_id == user.pk:
        check_settled(bundle)
    else:
        check_can_decide(user, bundle)


def check_can_add_up(user: User, bundle: Bundle) -> None:
    """Whoever works on the bundle: the lender's managers, and the purchaser's people who sign."""
    at_lender = bundle.lender_id == user.organization_id and user.has_role(Role.MANAGER)
    at_purchaser = bundle.purchaser_id == user.organization_id and user.has_role(Role.REVIEWER, Role.APPROVER)
    if not (at_lender or at_purchaser):
        raise NotAllowed("Adding up needs the role of manager at the lender, or of reviewer or approver.")
    if bundle.status not in (*OPEN_TO_CHANGE, *WITH_PURCHASER):
        raise NotAllowed(f"The bundle is {bundle.status.replace('_', ' ')} and stays as it is.")
    check_settled(bundle)


def may_read_borrowers(user: User, bundle: Bundle) -> bool:
    """Names, taxpayer numbers and addresses: the lender that owns the loans, and the purchaser while it is assigned."""
    assigned = bundle.purchaser_id == user.organization_id and bundle.status in HOLDS_BORROWERS
    return bundle.lender_id == user.organization_id or assigned


def refusal(check: Callable[[User, Bundle], None], user: User, bundle: Bundle) -> str:
    """Why a step is not possible, in the sentence the person sees; empty when it is."""
    try:
        check(user, bundle)
    except NotAllowed as refused:
        return str(refused)
    return ""
