"""Objects for tests, valid in the database as they come; each app adds its own below."""

from typing import Any

import factory
from allauth.account.models import EmailAddress

from accounts.models import Organization, OrganizationKind, Role, User

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
