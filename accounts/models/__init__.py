from accounts.models.invitations import FirstUserLink, Invitation, InvitationQuerySet
from accounts.models.organizations import Organization, OrganizationQuerySet
from accounts.models.people import User, UserQuerySet
from accounts.roles import OrganizationKind, Role, Theme

__all__ = [
    "FirstUserLink",
    "Invitation",
    "InvitationQuerySet",
    "Organization",
    "OrganizationKind",
    "OrganizationQuerySet",
    "Role",
    "Theme",
    "User",
    "UserQuerySet",
]
