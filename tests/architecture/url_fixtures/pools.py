"""Pools, how they are kept, what is flagged in them, and the months of their servicers."""

from django.utils import timezone

from accounts.models import OrganizationKind, Role
from portfolios.models import PoolFile, PublishedPool
from tests.architecture.url_fixtures.case import Case
from tests.factories import BundleFactory, SecurityFactory, TapeFactory, TapeVersionFactory, UserFactory


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
