"""The way of an award to its settlement."""

from django.utils import timezone

from accounts.models import OrganizationKind, Role
from tests.architecture.url_fixtures.case import Case
from tests.factories import UserFactory
from tests.portfolios.closing import make_closing


def settlements() -> dict[str, Case]:
    """For the seller and the buyer of an award, and for nobody else, other bidders included."""
    closing = make_closing()
    settlement, lot = closing.settlement, closing.lots["A"]
    rival = UserFactory(organization__kind=OrganizationKind.INVESTOR, roles=[Role.BIDDER, Role.ANALYST])
    other = UserFactory(roles=[Role.MANAGER])
    admin = UserFactory(organization=settlement.buyer, roles=[Role.ADMIN])
    claim = settlement.claims.create(
        loan_id="L00001", reason="-", amount=1, made_by=closing.buyer, made_at=timezone.now()
    )
    one = {"number": settlement.award.sale.number, "pk": settlement.pk}
    read = (
        "", "loans", "schedule", "bring-down", "progress", "agreement", "agreement-text", "statement", "statement-csv",
        "statement-xlsx", "true-up", "after", "history", "history-csv",
    )  # fmt: skip
    seller = ("answer", "draft", "day", "deposit", "servicing", "draw-up", "finals", "fail", "transfer")
    buyer = ("allocate", "propose", "take-back", "received", "claim")
    both = ("agree", "reopen", "sign", "fund", "money", "not-arrived", "notice", "owe", "documents")
    return {
        "portfolios:settlements": Case({"number": one["number"]}, stranger=rival, wrong_role=admin),
        **{
            f"portfolios:settlement-{name}".removesuffix("-"): Case(one, stranger=rival, wrong_role=admin)
            for name in read
        },
        **{
            f"portfolios:settlement-{name}": Case(one, stranger=other, wrong_role=closing.buyer, method="post")
            for name in seller
        },
        **{
            f"portfolios:settlement-{name}": Case(one, stranger=rival, wrong_role=closing.seller, method="post")
            for name in buyer
        },
        **{
            f"portfolios:settlement-{name}": Case(one, stranger=rival, wrong_role=admin, method="post") for name in both
        },
        "portfolios:settlement-claim-step": Case(
            one | {"claim": claim.pk}, stranger=rival, wrong_role=admin, method="post"
        ),
        "portfolios:settlement-making": Case(one | {"paper": "statement"}, stranger=rival, wrong_role=admin),
        "portfolios:settlement-true-up-csv": Case(one | {"true_up": 1}, stranger=rival, wrong_role=admin),
        "portfolios:settlement-true-up-step": Case(
            one | {"true_up": 1}, stranger=rival, wrong_role=admin, method="post"
        ),
        "portfolios:settlement-loan": Case(one | {"lot": lot.code, "row_no": 1}, stranger=rival, wrong_role=admin),
        "portfolios:settlement-issue": Case(one | {"lot": lot.code}, stranger=rival, wrong_role=closing.seller),
    }
