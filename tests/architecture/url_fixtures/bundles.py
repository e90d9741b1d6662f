"""Bundles of loans, and the lists of work that lead to them."""

from accounts.models import OrganizationKind, Role
from tests.architecture.url_fixtures.case import Case
from tests.factories import BundleFactory, BundleLoanFactory, UserFactory


def bundles() -> dict[str, Case]:
    bundle = BundleFactory()
    lender = {
        "stranger": UserFactory(roles=[Role.MANAGER]),
        "wrong_role": UserFactory(organization=bundle.lender, roles=[Role.UPLOADER]),
    }
    desk = lender | {"wrong_role": UserFactory(organization=bundle.lender, roles=[Role.ADMIN])}
    signer = {
        "stranger": UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.REVIEWER, Role.APPROVER]),
        "wrong_role": UserFactory(organization=bundle.purchaser, roles=[Role.ANALYST]),
    }
    number = {"number": bundle.number}
    loan = number | {"row_no": BundleLoanFactory(bundle=bundle).row_no}
    read = ("bundle", "loans", "approval", "progress", "history", "history-csv")
    return {
        **{f"portfolios:{name}": Case(number, **desk) for name in read},
        **{f"portfolios:{name}": Case(number, **lender) for name in ("selection", "purchaser", "submit", "withdraw")},
        **{
            f"portfolios:{name}": Case(number, **signer, method="post")
            for name in ("assign", "decide", "kick-out", "take-back", "add-up")
        },
        "portfolios:loan": Case(loan, **desk),
        "portfolios:bundles": Case(wrong_role=desk["wrong_role"]),
        "portfolios:create": Case(wrong_role=lender["wrong_role"]),
        "portfolios:preview": Case(wrong_role=lender["wrong_role"]),
        "portfolios:check": Case(wrong_role=lender["wrong_role"], method="post"),
        "portfolios:queue": Case(wrong_role=desk["wrong_role"]),
        "portfolios:signoffs": Case(wrong_role=desk["wrong_role"]),
    }
