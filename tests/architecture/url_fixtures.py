"""For every app: objects behind its addresses, and who must not reach them.

Each app has one function that makes the objects and returns a case for every address with arguments, and for every
address that only some roles may open. A `stranger` belongs to another organization and must get 404, as if the object
did not exist; a person of the `wrong_role` must get 403 with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import OrganizationKind, Role, User
from accounts.services import invitations
from portfolios.models import PoolFile, PublishedPool
from portfolios.models.plans import PoolingPlan
from tests.architecture.auction_urls import auction_cases
from tests.factories import (
    BundleFactory,
    BundleLoanFactory,
    ExportFactory,
    OrganizationFactory,
    RunFactory,
    RunRuleFactory,
    SavedMappingFactory,
    SecurityFactory,
    TapeFactory,
    TapeVersionFactory,
    UserFactory,
)
from tests.portfolios import plans
from tests.portfolios.auction import make_auction
from tests.portfolios.closing import make_closing


@dataclass(frozen=True, slots=True)
class Case:
    """How one address is tried; without `stranger` or `wrong_role` that half is not tried."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    stranger: User | None = None
    wrong_role: User | None = None
    method: str = "get"


# Open to everybody who is signed in: they show what is one's own, or what is published.
FOR_EVERYBODY = {
    "accounts:profile",
    "accounts:theme",
    "accounts:email",
    "accounts:confirm_email",
    "loans:criteria",
    "loans:criterion",
    "diligence:rules",
    "diligence:rule",
    "diligence:search",
    "portfolios:notifications",
    "portfolios:seal_offline",
}

# What agencies published, and templates that ship, belong to nobody: there are wrong roles to it, and no strangers.
PUBLISHED = {
    "portfolios:pool-follow",
    "portfolios:factor_file",
    "portfolios:grid-load",
    "portfolios:grid-template",
    "portfolios:grid-sample",
}

# Open without sign-in; each of them guards itself by what it is sent.
PUBLIC = {
    "healthz",
    "readyz",
    "accounts:accept",
    "accounts:first_user",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
}


def accounts() -> dict[str, Case]:
    lender = OrganizationFactory(kind=OrganizationKind.LENDER)
    admin = UserFactory(organization=lender, roles=[Role.ADMIN])
    uploader = UserFactory(organization=lender, roles=[Role.UPLOADER])
    rival = UserFactory(roles=[Role.ADMIN])
    sent = invitations.invite(
        email="somebody@example.com",
        organization=lender,
        roles=[Role.UPLOADER],
        by=admin,
        at=timezone.now(),
        link_to=str,
    )
    person, organization, invitation = {"pk": uploader.pk}, {"slug": lender.slug}, {"pk": sent.invitation.pk}
    return {
        "accounts:people": Case(wrong_role=uploader),
        "accounts:invite": Case(wrong_role=uploader),
        "accounts:person": Case(person, stranger=rival, wrong_role=uploader),
        "accounts:deactivate": Case(person, stranger=rival, wrong_role=uploader),
        "accounts:reactivate": Case(person, stranger=rival, wrong_role=uploader, method="post"),
        "accounts:revoke": Case(invitation, stranger=rival, wrong_role=uploader, method="post"),
        "accounts:organizations": Case(wrong_role=admin),
        "accounts:organization_create": Case(wrong_role=admin),
        "accounts:organization": Case(organization, stranger=rival, wrong_role=uploader),
        "accounts:organization_invite": Case(organization, stranger=rival, wrong_role=uploader),
    }


def loans() -> dict[str, Case]:
    version = TapeVersionFactory()
    saved = SavedMappingFactory(organization=version.tape.organization, saved_by=version.tape.created_by)
    people = {
        "stranger": UserFactory(roles=[Role.UPLOADER, Role.MANAGER]),
        "wrong_role": UserFactory(organization=version.tape.organization, roles=[Role.ADMIN]),
    }
    tape, upload = {"pk": version.tape_id}, {"pk": version.pk}
    return {
        "loans:tapes": Case(wrong_role=people["wrong_role"]),
        "loans:upload": Case(wrong_role=people["wrong_role"]),
        "loans:tape": Case(tape, **people),
        "loans:upload-version": Case(tape, **people),
        "loans:version": Case(upload, **people),
        "loans:reading": Case(upload, **people),
        "loans:original": Case(upload, **people),
        "loans:mapping": Case(upload, **people),
        "loans:save-mapping": Case(upload, **people, method="post"),
        "loans:draft-mapping": Case(upload, **people, method="post"),
        "loans:match-again": Case(upload, **people, method="post"),
        "loans:delete-mapping": Case(upload | {"saved_pk": saved.pk}, **people, method="post"),
        "loans:changes": Case(upload, **people),
    }


def diligence() -> dict[str, Case]:
    check = RunFactory()
    people = {
        "stranger": UserFactory(roles=[Role.UPLOADER, Role.MANAGER]),
        "wrong_role": UserFactory(organization=check.version.tape.organization, roles=[Role.ADMIN]),
    }
    run = {"pk": check.pk}
    rule = RunRuleFactory(run=check)
    export = ExportFactory(run=check)
    loan, download = run | {"row_no": 1}, {"pk": export.pk}
    return {
        "diligence:run-strata": Case(run, **people),
        "diligence:run-gaps": Case(run, **people),
        "diligence:run-history": Case(run, **people),
        "diligence:run-findings": Case(run | {"code": rule.code}, **people),
        "diligence:loans": Case(run, **people),
        "diligence:loan": Case(loan, **people),
        "diligence:loan-decide": Case(loan | {"rule_no": 1, "seq": 0}, **people, method="post"),
        "diligence:run-export": Case(run, **people, method="post"),
        "diligence:run-download": Case(download, **people),
        "diligence:run-file": Case(download, **people),
        "diligence:check": Case({"pk": check.version_id}, **people, method="post"),
        "diligence:run": Case(run, **people),
        "diligence:progress": Case(run, **people),
        "diligence:stop": Case(run, **people, method="post"),
        "diligence:tell-me": Case(run, **people, method="post"),
    }


def portfolios() -> dict[str, Case]:
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
        **red_flags(),
        **pool_pages(),
        **pool_files(),
        **settlements(),
        **kept_pools(),
        **planning(),
        **sale_pages(),
        **{name: Case(**values) for name, values in auction_cases().items()},
        **ceremonies(),
        **bidding(),
        "portfolios:queue": Case(wrong_role=desk["wrong_role"]),
        "portfolios:signoffs": Case(wrong_role=desk["wrong_role"]),
    }


def sale_pages() -> dict[str, Case]:
    """The pages of a sale: strangers never learn of it, people of the seller without a part in it are told."""
    auction = make_auction()
    number = {"number": auction.sale.number}
    anybody = {
        "stranger": UserFactory(roles=[Role.MANAGER]),
        "wrong_role": UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER]),
    }
    seller = anybody
    bidder = number | {"pk": auction.bidder().pk}
    question = auction.sale.questions.create(
        bidder_id=bidder["pk"], text="Are advances paid?", asked_by=auction.seller, asked_at=timezone.now()
    )
    document = auction.sale.documents.create(
        title="Memorandum", file="sales/none", filename="memorandum.pdf", size=1, sha256="ab" * 32,
        uploaded_by=auction.seller, uploaded_at=timezone.now(),
    )  # fmt: skip
    lot = number | {"code": "A"}
    shared = ("sale", "sale-summary", "sale-summary-csv", "sale-history", "sale-history-csv")
    own = ("sale-terms", "sale-lots", "sale-openers", "sale-announce", "sale-bidders", "sale-questions",
           "sale-addenda", "sale-addendum-new", "sale-document-add", "sale-cancel")  # fmt: skip
    return {
        **{f"portfolios:{name}": Case(number, **anybody) for name in shared},
        **{f"portfolios:{name}": Case(number, **seller) for name in own},
        "portfolios:sale-new": Case(wrong_role=seller["wrong_role"]),
        "portfolios:sale-lot-rename": Case(lot, **seller, method="post"),
        "portfolios:sale-lot-remove": Case(lot, **seller, method="post"),
        "portfolios:sale-lot-withdraw": Case(lot, **seller),
        "portfolios:sale-bidder": Case(bidder, **seller),
        "portfolios:sale-bidder-bar": Case(bidder, **seller, method="post"),
        "portfolios:sale-bidder-take-back": Case(bidder, **seller, method="post"),
        "portfolios:sale-answer": Case(number | {"pk": question.pk}, **seller, method="post"),
        "portfolios:sale-document-withdraw": Case(number | {"pk": document.pk}, **seller, method="post"),
    }


def ceremonies() -> dict[str, Case]:
    """Pages around the opening: an opener's own, and those of the seller's managers."""
    auction = make_auction("S-2026-0005")
    number = {"number": auction.sale.number}
    stranger = UserFactory(roles=[Role.MANAGER])
    uploader = UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER])
    people = {"stranger": stranger, "wrong_role": uploader}
    opener = {"stranger": stranger, "wrong_role": auction.seller}
    return {
        "portfolios:sale-key": Case(number, **opener),
        "portfolios:sale-rehearsal": Case(number, **opener, method="post"),
        "portfolios:sale-opening": Case(number, **opener),
        "portfolios:sale-envelopes": Case(number, **opener),
        "portfolios:sale-reserve": Case(number, **people),
        **after_the_opening(number, people),
    }


def after_the_opening(number: dict[str, Any], people: dict[str, Any]) -> dict[str, Case]:
    """Awards are the seller's; a manager of it is no bidder and has no result."""
    posts = ("sale-propose", "sale-confirm")
    pages = ("sale-working", "sale-reject", "sale-final-round", "sale-record", "sale-minutes", "sale-minutes-text")
    return {
        **{f"portfolios:{name}": Case(number, **people, method="post") for name in posts},
        **{f"portfolios:{name}": Case(number, **people) for name in (*pages, "sale-sealing")},
        "portfolios:sale-cure": Case(number | {"pk": 4_242_424}, **people),
        "portfolios:sale-result": Case(
            number,
            stranger=UserFactory(organization__kind=OrganizationKind.INVESTOR, roles=[Role.BIDDER]),
            wrong_role=people["wrong_role"],
        ),
    }


def bidding() -> dict[str, Case]:
    """A bidder's pages: other investors never learn of the sale, colleagues who do not bid are told so."""
    auction = make_auction("S-2026-0006")
    bidder = auction.bidder()
    number = {"number": auction.sale.number}
    entry = auction.bid(bidder, A="98.5")
    document = auction.sale.documents.create(
        title="Memorandum", file="sales/none", filename="memorandum.pdf", size=1, sha256="ab" * 32,
        uploaded_by=auction.seller, uploaded_at=timezone.now(),
    )  # fmt: skip
    people = {
        "stranger": UserFactory(organization__kind=OrganizationKind.INVESTOR, roles=[Role.BIDDER]),
        "wrong_role": UserFactory(organization=bidder.organization, roles=[Role.ANALYST]),
    }
    seller = {
        "stranger": UserFactory(roles=[Role.MANAGER]),
        "wrong_role": UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER]),
    }
    file, tape = number | {"pk": document.pk}, number | {"code": "A", "kind": "csv"}
    read = ("sale-agreement", "sale-qualification", "sale-ask", "sale-bid-withdraw", "sale-bid-sheet", "sale-receipts",
            "room")  # fmt: skip
    return {
        **{f"portfolios:{name}": Case(number, **people) for name in read},
        **{f"portfolios:{name}": Case(number, **people, method="post") for name in ("sale-bid", "sale-decline")},
        "portfolios:my_bids": Case(wrong_role=people["wrong_role"]),
        "portfolios:data_rooms": Case(wrong_role=people["wrong_role"]),
        "portfolios:sale-envelope": Case(number | {"position": entry.position}, **people),
        "portfolios:room-document": Case(file, **people),
        "portfolios:room-tape": Case(tape, **people),
        "portfolios:room-log": Case(file, **seller),
    }


def red_flags() -> dict[str, Case]:
    security = SecurityFactory()
    analyst = {"stranger": UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])}
    reader = analyst | {"wrong_role": UserFactory(organization=security.organization, roles=[Role.ADMIN])}
    writer = analyst | {"wrong_role": UserFactory(organization=security.organization, roles=[Role.REVIEWER])}
    flag = security.flags.create(
        month=security.issued_on, code="few_loans", kind="collateral", level=2, raised_at=timezone.now()
    )
    pool, portfolio = {"pk": security.pk}, {"pk": security.portfolio_id}
    return {
        "portfolios:watchlist": Case(wrong_role=reader["wrong_role"]),
        "portfolios:watch": Case(pool, **writer, method="post"),
        "portfolios:flags": Case(wrong_role=reader["wrong_role"]),
        "portfolios:pool-flags": Case(pool, **reader),
        "portfolios:flag": Case({"pk": flag.pk}, **reader),
        "portfolios:flag-judge": Case({"pk": flag.pk}, **writer, method="post"),
        "portfolios:portfolios": Case(wrong_role=reader["wrong_role"]),
        "portfolios:limits": Case(portfolio, **reader),
        "portfolios:rename": Case(portfolio, **writer, method="post"),
    }


def pool_pages() -> dict[str, Case]:
    security = SecurityFactory()
    reader = {
        "stranger": UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST]),
        "wrong_role": UserFactory(organization=security.organization, roles=[Role.ADMIN]),
    }
    pool = {"pk": security.pk}
    names = ("pool", "pool-months", "pool-factors-csv", "pool-factors-xlsx")
    return {
        **{f"portfolios:{name}": Case(pool, **reader) for name in names},
        "portfolios:pool-month": Case(pool | {"month": "2026-01"}, **reader),
    }


def kept_pools() -> dict[str, Case]:
    """Lists, collateral and prices of pools, and the pages on which analysts keep them."""
    security, bundle = SecurityFactory(), BundleFactory()
    analyst = {"stranger": UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])}
    admin = UserFactory(organization=security.organization, roles=[Role.ADMIN])
    reviewer = UserFactory(organization=security.organization, roles=[Role.REVIEWER])
    agency = PublishedPool.objects.create(program="ginnie_ii", pool_number="1")
    pool = {"pk": security.pk}
    return {
        **{f"portfolios:{name}": Case(wrong_role=admin) for name in ("pools", "pools-csv", "price_yield", "flows-csv")},
        **{f"portfolios:{name}": Case(wrong_role=reviewer) for name in ("pool-new", "pool-by-hand")},
        "portfolios:pool-follow": Case({"pk": agency.pk}, wrong_role=reviewer),
        **{
            f"portfolios:{name}": Case(pool, **analyst, wrong_role=admin)
            for name in ("collateral", "collateral-loans", "collateral-csv")
        },
        **{f"portfolios:{name}": Case(pool, **analyst, wrong_role=reviewer) for name in ("pool-edit", "pool-factors")},
        **{
            f"portfolios:{name}": Case(pool, **analyst, wrong_role=reviewer, method="post")
            for name in ("pool-archive", "pool-restore")
        },
        "portfolios:issue": Case(
            {"number": bundle.number},
            **analyst,
            wrong_role=UserFactory(organization=bundle.purchaser, roles=[Role.REVIEWER]),
        ),
    }


def pool_files() -> dict[str, Case]:
    """The months of a pool from its servicer's tapes, and the files on their way."""
    security = SecurityFactory()
    reader = {
        "stranger": UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST]),
        "wrong_role": UserFactory(organization=security.organization, roles=[Role.ADMIN]),
    }
    sender = reader | {"wrong_role": UserFactory(organization=security.organization, roles=[Role.REVIEWER])}
    tape = TapeFactory(created_by=security.created_by, purpose="remittance")
    version = TapeVersionFactory(tape=tape)
    PoolFile.objects.create(version=version, security=security, sent_by=security.created_by, sent_at=timezone.now())
    pool, file = {"pk": security.pk}, {"pk": version.pk}
    return {
        "portfolios:pool-remittance": Case(pool, **reader),
        "portfolios:remittance-findings": Case(pool, **reader),
        "portfolios:remittance-upload": Case(pool, **sender),
        "portfolios:remittance-choose": Case(wrong_role=sender["wrong_role"]),
        "portfolios:pool-from-loans": Case(wrong_role=sender["wrong_role"]),
        "portfolios:pool-file": Case(file, **sender),
        "portfolios:pool-file-start": Case(file, **sender, method="post"),
        "portfolios:pool-tape": Case({"pk": tape.pk}, **sender),
    }


def planning() -> dict[str, Case]:
    """Price grids and pooling plans, which are for managers."""
    grid = plans.grid(UserFactory(roles=[Role.MANAGER]))
    uploader = UserFactory(organization=grid.organization, roles=[Role.UPLOADER])
    manager = {"stranger": UserFactory(roles=[Role.MANAGER]), "wrong_role": uploader}
    kind, found = {"kind": "mbs"}, {"pk": grid.pk}
    run = RunFactory(version__tape__organization=grid.organization)
    plan = PoolingPlan.objects.create(
        organization=grid.organization, name="A plan", run=run, created_by=grid.loaded_by, created_at=timezone.now()
    )
    pages = ("plan", "plan-progress", "plan-accept", "plan-loans", "plan-compare", "plan-csv", "plan-xlsx")
    return {
        **{f"portfolios:{name}": Case(wrong_role=uploader) for name in ("plans", "plan-new", "grids")},
        **{
            f"portfolios:{name}": Case(kind, wrong_role=uploader)
            for name in ("grid-load", "grid-template", "grid-sample")
        },
        "portfolios:grid-samples": Case(wrong_role=uploader, method="post"),
        **{f"portfolios:{name}": Case(found, **manager) for name in ("grid", "grid-retire", "grid-file")},
        **{f"portfolios:{name}": Case({"pk": plan.pk}, **manager) for name in pages},
        "portfolios:plan-loan": Case({"pk": plan.pk, "row_no": 1}, **manager),
    }


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
        "statement-xlsx", "after", "history", "history-csv",
    )  # fmt: skip
    seller = ("answer", "draft", "day", "deposit", "servicing", "draw-up", "not-arrived", "money", "fail", "transfer")
    buyer = ("allocate", "propose", "take-back", "fund", "received", "claim")
    both = ("agree", "reopen", "sign", "notice", "owe", "documents")
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
        "portfolios:settlement-loan": Case(one | {"lot": lot.code, "row_no": 1}, stranger=rival, wrong_role=admin),
        "portfolios:settlement-issue": Case(one | {"lot": lot.code}, stranger=rival, wrong_role=closing.seller),
    }


CASES_OF_APP: dict[str, Callable[[], dict[str, Case]]] = {
    "accounts": accounts,
    "loans": loans,
    "diligence": diligence,
    "portfolios": portfolios,
}
