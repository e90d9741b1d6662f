"""Pools that an organization follows: issued from an approved bundle, published, from loans, or by hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from loans.models import Tape
from loans.services.files import parquet_of
from portfolios import policies
from portfolios.domain.issuing import face_of, highest_coupon, incomplete
from portfolios.domain.poolmonth import MonthFigures, in_loan_columns, measured
from portfolios.domain.securities import MonthSource, SecuritySource
from portfolios.domain.terms import month_after
from portfolios.models import Bundle, Lot, Portfolio, PublishedPool, Security
from portfolios.queries.published import terms_of
from portfolios.services import bundles
from portfolios.services.collateral import bundle_loans
from portfolios.services.poolmonths import record_months, refresh_latest
from portfolios.services.portfolios import default_portfolio

FACTOR_AT_ISSUE = Decimal("1.00000000")
COLLATERAL = "collateral.parquet"
EDITABLE = frozenset(
    {
        "name", "portfolio", "program", "coupon", "issued_on", "matures_on", "delay_days", "original_face", "wac",
        "remaining", "age", "loan_count", "forecast", "price", "price_on",
    }
)  # fmt: skip
FIXED_BY_LOANS = frozenset({"original_face", "issued_on", "matures_on", "wac", "remaining", "age", "loan_count"})


@transaction.atomic
def issue(
    *,
    bundle: Bundle,
    by: User,
    at: datetime,
    name: str,
    coupon: Decimal,
    issued_on: date,
    delay_days: int,
    program: str,
    forecast: dict[str, Any],
    portfolio: Portfolio | None = None,
) -> Security:
    """Make an approved bundle a pool: its kept loans as the tape had them, factor 1.00000000 in the issue month.

    A bundle that is a pool already is refused with the pool's name; raises NotAllowed with the reason.
    """
    bundle = bundles.locked(bundle)
    policies.check_can_issue(by, bundle)
    check_issue_month(bundle, issued_on)
    loans = bundle_loans(bundle, issued_on=issued_on)
    if problem := incomplete(loans):
        raise NotAllowed(problem)
    check_coupon(coupon, highest_coupon(loans))
    security = add_from_loans(
        organization=by.organization,
        by=by,
        at=at,
        name=name,
        program=program,
        coupon=coupon,
        issued_on=issued_on,
        delay_days=delay_days,
        forecast=forecast,
        portfolio=portfolio,
        loans=loans,
        bundle=bundle,
        servicer=bundle.lender,
    )
    bundles.record(bundle, "issued", by=by, at=at, note=f"Issued as {security.name}.")
    return security


def check_issue_month(bundle: Bundle, issued_on: date) -> None:
    """A pool is issued with the balances that were approved: not before that month."""
    approved = bundle.decided_at
    if approved is not None and issued_on < approved.date().replace(day=1):
        raise NotAllowed(f"The loans were approved in {approved:%B %Y}. The pool cannot be issued before that month.")


def check_coupon(coupon: Decimal, most: Decimal) -> None:
    """No loan may pay less than the pool passes on and its servicer keeps."""
    if coupon > most:
        raise NotAllowed(
            f"A pass-through coupon of {coupon:.3f}% is more than the loans carry: the lowest note rate less servicing "
            f"and guarantee fee is {most:.3f}%."
        )


@transaction.atomic
def add_from_loans(
    *,
    organization: Organization,
    by: User,
    at: datetime,
    name: str,
    program: str,
    coupon: Decimal,
    issued_on: date,
    delay_days: int,
    forecast: dict[str, Any],
    loans: pl.DataFrame,
    portfolio: Portfolio | None = None,
    original_face: Decimal | None = None,
    matures_on: date | None = None,
    bundle: Bundle | None = None,
    lot: Lot | None = None,
    servicer: Organization | None = None,
    tape: Tape | None = None,
) -> Security:
    """Add a pool by the loans it had at issue, a frame with `LOAN_COLUMNS`; averages at issue follow from them.

    original_face: USD; without it the balances rounded down to whole dollars. The month of issue is recorded with it.
    """
    if bundle is None and lot is None:
        policies.check_can_follow(by)
    figures, face = measured(loans), face_of(loans)
    original = face.original if original_face is None else original_face
    longest = max(loans["remaining"].to_list(), default=1)
    security = _created(
        organization=organization,
        portfolio=portfolio or default_portfolio(organization, by, at),
        name=name,
        source=SecuritySource.BUNDLE if bundle else SecuritySource.SETTLED if lot else SecuritySource.LOANS,
        bundle=bundle,
        lot=lot,
        servicer=servicer,
        tape=tape,
        program=program,
        original_face=original,
        coupon=coupon,
        issued_on=issued_on,
        matures_on=matures_on or month_after(issued_on, longest),
        delay_days=delay_days,
        wac=figures["wac"],
        remaining=figures["wam"],
        age=figures["wala"] or 0,
        loan_count=figures["loan_count"],
        forecast=forecast,
        created_by=by,
        created_at=at,
    )
    security.collateral.save(COLLATERAL, parquet_of(in_loan_columns(loans)))
    facts = {"cents": str(face.cents)} if original_face is None else {}
    first = MonthFigures(issued_on, FACTOR_AT_ISSUE, original, facts=facts, **figures)
    record_months(security=security, months=[first], source=MonthSource.ISSUE, by=by, at=at, loans={issued_on: loans})
    security.refresh_from_db()
    return security


@transaction.atomic
def add_by_hand(*, organization: Organization, by: User, at: datetime, **terms: Any) -> Security:
    """Add a pool by its terms, under the names of `Security`; its factor is 1 in the issue month."""
    policies.check_can_follow(by)
    portfolio = terms.pop("portfolio", None) or default_portfolio(organization, by, at)
    security = _created(
        organization=organization,
        portfolio=portfolio,
        source=SecuritySource.HAND,
        created_by=by,
        created_at=at,
        **terms,
    )
    first = MonthFigures(
        security.issued_on,
        FACTOR_AT_ISSUE,
        security.original_face,
        loan_count=security.loan_count,
        wac=security.wac,
        wam=security.remaining,
        wala=security.age,
    )
    record_months(security=security, months=[first], source=MonthSource.ISSUE, by=by, at=at)
    security.refresh_from_db()
    return security


@transaction.atomic
def follow(
    *,
    published: PublishedPool,
    by: User,
    at: datetime,
    portfolio: Portfolio | None = None,
    forecast: dict[str, Any] | None = None,
    name: str = "",
    **known: Any,
) -> Security:
    """Follow an agency's pool with the terms it publishes; `known` are terms that its files do not tell.

    What neither tells of WAC, WAM and age is assumed as the standard does, and kept as such. Raises NotAllowed when a
    term is missing that nothing is assumed for.
    """
    policies.check_can_follow(by)
    if found := Security.objects.filter(organization=by.organization_id, published=published).first():
        raise NotAllowed(f"{published} is followed already, as {found.name}.")
    terms = terms_of(published, known)
    if terms.missing:
        raise NotAllowed(f"The files do not tell {', '.join(terms.missing)} of {published}. Type what is missing.")
    security = _created(
        organization=by.organization,
        portfolio=portfolio or default_portfolio(by.organization, by, at),
        name=name or str(published)[:40],
        source=SecuritySource.PUBLISHED,
        published=published,
        forecast=forecast or {},
        created_by=by,
        created_at=at,
        **terms.values,
    )
    refresh_latest(security=security)
    security.refresh_from_db()
    return security


@transaction.atomic
def edit(*, security: Security, by: User, at: datetime, **changes: Any) -> Security:
    """Change terms, forecast, price, portfolio or name; the terms before stay in the pool's history."""
    security = locked(security)
    policies.check_can_edit(by, security)
    if unknown := sorted(changes.keys() - EDITABLE):
        raise ValueError(f"Not terms of a pool: {', '.join(unknown)}")
    changed = {name: value for name, value in changes.items() if getattr(security, name) != value}
    if security.collateral and (fixed := sorted(changed.keys() & FIXED_BY_LOANS)):
        raise NotAllowed(f"The {', '.join(fixed).replace('_', ' ')} of this pool follow from its loans and stay.")
    if not changed:
        return security
    for name, value in changed.items():
        setattr(security, name, value)
        security.assumed.pop(name, None)
    _save(security, [*changed, "assumed"])
    refresh_latest(security=security)
    return locked(security)


@transaction.atomic
def archive(*, security: Security, by: User, at: datetime) -> Security:
    """Stop following a pool: it leaves lists, sums and the watchlist, and nothing of it is lost."""
    security = locked(security)
    policies.check_can_edit(by, security)
    security.archived_at, security.archived_by = security.archived_at or at, by
    security.save(update_fields=["archived_at", "archived_by"])
    return security


@transaction.atomic
def restore(*, security: Security, by: User, at: datetime) -> Security:
    """Follow a pool again."""
    security = locked(security)
    policies.check_can_edit(by, security)
    security.archived_at, security.archived_by = None, None
    security.save(update_fields=["archived_at", "archived_by"])
    return security


def locked(security: Security) -> Security:
    """The pool as it stands, held by this transaction."""
    related = ("portfolio", "organization")
    return Security.objects.select_for_update(of=("self",)).select_related(*related).get(pk=security.pk)


def _created(**fields: Any) -> Security:
    security = Security(**fields)
    try:
        with transaction.atomic():
            security.save()
    except IntegrityError as error:
        raise NotAllowed(_clash(error, security)) from error
    return security


def _save(security: Security, names: list[str]) -> None:
    try:
        with transaction.atomic():
            security.save(update_fields=names)
    except IntegrityError as error:
        raise NotAllowed(_clash(error, security)) from error


def _clash(error: IntegrityError, security: Security) -> str:
    """The sentence for what the database refuses."""
    if "security_name_once" in str(error):
        return f"There is a pool named {security.name} already. Choose another name."
    if "bundle" in str(error) or "lot_id" in str(error):
        return "These loans were issued as a pool meanwhile."
    raise error
