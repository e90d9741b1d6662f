"""People, organizations and invitations."""

from django.utils import timezone

from accounts.models import OrganizationKind, Role
from accounts.services import invitations
from tests.architecture.url_fixtures.case import Case
from tests.factories import OrganizationFactory, UserFactory


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
