"""Objects for tests, valid in the database as they come; each app adds its own below."""

from datetime import date
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Organization, OrganizationKind, Role, User
from diligence.models import Export, RulebookVersion, Run, RunRule
from loans.models import CriteriaVersion, SavedMapping, Tape, TapeVersion
from portfolios.models import Bundle, BundleLoan, Portfolio, Security

PASSWORD = "plumb-bob-and-string-9"

USUAL_ROLES = {
    OrganizationKind.LENDER: [Role.UPLOADER, Role.MANAGER],
    OrganizationKind.PURCHASER: [Role.REVIEWER],
    OrganizationKind.INVESTOR: [Role.BIDDER],
    OrganizationKind.RECEIVER: [Role.MANAGER],
    OrganizationKind.OPERATOR: [Role.STAFF],
}


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda number: f"Organization {number}")
    slug = factory.Sequence(lambda number: f"organization-{number}")
    kind = OrganizationKind.LENDER


class UserFactory(factory.django.DjangoModelFactory):
    """A person who can sign in with PASSWORD: `UserFactory(roles=[Role.REVIEWER], organization__kind="purchaser")`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Person Number{number}")
    email = factory.Sequence(lambda number: f"person{number}@example.com")
    organization = factory.SubFactory(OrganizationFactory)
    roles = factory.LazyAttribute(lambda person: USUAL_ROLES[OrganizationKind(person.organization.kind)])

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        user = model_class.objects.create_user(fields.pop("email"), fields.pop("password", PASSWORD), **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


class SuperuserFactory(UserFactory):
    """The operator's first person."""

    organization = factory.SubFactory(OrganizationFactory, kind=OrganizationKind.OPERATOR)
    roles = [Role.ADMIN, Role.STAFF]
    is_superuser = True


class TapeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tape

    name = factory.Sequence(lambda number: f"Tape {number}")
    created_by = factory.SubFactory(UserFactory)
    organization = factory.SelfAttribute("created_by.organization")
    created_at = factory.LazyFunction(timezone.now)


class TapeVersionFactory(factory.django.DjangoModelFactory):
    """An upload that nothing has read yet."""

    class Meta:
        model = TapeVersion

    tape = factory.SubFactory(TapeFactory)
    number = factory.Sequence(lambda number: number + 1)
    original = factory.LazyFunction(lambda: ContentFile(b"Loan Number,Note Amount\n1,100000\n", "tape.csv"))
    filename = "tape.csv"
    size = 33
    sha256 = factory.Sequence(lambda number: f"{number:064x}")
    uploaded_by = factory.SelfAttribute("tape.created_by")
    uploaded_at = factory.LazyFunction(timezone.now)


class SavedMappingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SavedMapping

    name = factory.Sequence(lambda number: f"Mapping {number}")
    header_signature = "0" * 64
    mapping = factory.LazyFunction(lambda: {"columns": [], "constants": {}})
    saved_by = factory.SubFactory(UserFactory)
    organization = factory.SelfAttribute("saved_by.organization")
    saved_at = factory.LazyFunction(timezone.now)


class RulebookVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RulebookVersion

    content_hash = factory.Sequence(lambda number: f"{number:064x}")
    texts = factory.LazyFunction(list)
    frozen_at = factory.LazyFunction(timezone.now)


class RunFactory(factory.django.DjangoModelFactory):
    """A check that was asked for and has not begun."""

    class Meta:
        model = Run

    version = factory.SubFactory(TapeVersionFactory)
    rulebook = factory.SubFactory(RulebookVersionFactory)
    as_of = factory.LazyFunction(timezone.localdate)
    started_by = factory.SelfAttribute("version.tape.created_by")
    started_at = factory.LazyFunction(timezone.now)


class RunRuleFactory(factory.django.DjangoModelFactory):
    """A rule of a run with nothing counted."""

    class Meta:
        model = RunRule

    run = factory.SubFactory(RunFactory)
    rule_no = factory.Sequence(lambda number: number + 1)
    code = factory.Sequence(lambda number: f"T-{number:03d}")
    title = "A rule of a test"
    severity = 3
    component = "data"
    waivable = "verify"


class ExportFactory(factory.django.DjangoModelFactory):
    """A download that nobody has written yet."""

    class Meta:
        model = Export

    run = factory.SubFactory(RunFactory)
    organization = factory.SelfAttribute("run.version.tape.organization")
    kind = "findings_csv"
    requested_by = factory.SelfAttribute("run.started_by")
    requested_at = factory.LazyFunction(timezone.now)


class CriteriaVersionFactory(factory.django.DjangoModelFactory):
    """Published criteria without rules of their own, open to every purchaser."""

    class Meta:
        model = CriteriaVersion

    code = factory.Sequence(lambda number: f"CRITERIA-{number}")
    name = factory.Sequence(lambda number: f"Criteria {number}")
    text = factory.LazyAttribute(
        lambda criteria: (
            f'code = "{criteria.code}"\nname = "{criteria.name}"\nversion = "1"\nprofile = "all"\n'
            "effective_from = 2020-01-01\n"
        )
    )
    content_hash = factory.Sequence(lambda number: f"{number:064x}")
    effective_from = factory.LazyFunction(timezone.localdate)
    published_at = factory.LazyFunction(timezone.now)


class BundleFactory(factory.django.DjangoModelFactory):
    """A bundle in review, with nothing added up."""

    class Meta:
        model = Bundle

    number = factory.Sequence(lambda number: f"B-2020-{number:04d}")
    name = factory.Sequence(lambda number: f"Bundle {number}")
    run = factory.SubFactory(RunFactory)
    lender = factory.SelfAttribute("run.version.tape.organization")
    purchaser = factory.SubFactory(OrganizationFactory, kind=OrganizationKind.PURCHASER)
    criteria = factory.SubFactory(CriteriaVersionFactory)
    status = "in_review"
    created_by = factory.SelfAttribute("run.started_by")
    created_at = factory.LazyFunction(timezone.now)
    measured_at = factory.LazyFunction(timezone.now)


class BundleLoanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BundleLoan

    bundle = factory.SubFactory(BundleFactory)
    row_no = factory.Sequence(lambda number: number + 1)
    loan_id = factory.Sequence(lambda number: f"L{number}")
    upb = 100_000


class PortfolioFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Portfolio

    name = factory.Sequence(lambda number: f"Portfolio {number}")
    created_by = factory.SubFactory(UserFactory, organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])
    organization = factory.SelfAttribute("created_by.organization")
    created_at = factory.LazyFunction(timezone.now)


class SecurityFactory(factory.django.DjangoModelFactory):
    """A pool of 1,000,000.00 issued in January 2026, followed by an analyst, without any month yet."""

    class Meta:
        model = Security

    name = factory.Sequence(lambda number: f"PL 2026-K{number:02d}")
    created_by = factory.SubFactory(UserFactory, organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])
    organization = factory.SelfAttribute("created_by.organization")
    portfolio = factory.SubFactory(PortfolioFactory, created_by=factory.SelfAttribute("..created_by"))
    source = "loans"
    program = "private"
    original_face = 1_000_000
    coupon = 5
    issued_on = date(2026, 1, 1)
    matures_on = date(2056, 1, 1)
    delay_days = 55
    wac = 6
    remaining = 360
    created_at = factory.LazyFunction(timezone.now)
