"""Who a person can be: kinds of organization, roles, and which kind may give which role."""

from django.db import models


class OrganizationKind(models.TextChoices):
    LENDER = "lender", "Lender"
    PURCHASER = "purchaser", "Purchaser"
    INVESTOR = "investor", "Investor"
    RECEIVER = "receiver", "Receiver"
    OPERATOR = "operator", "Operator"


class Role(models.TextChoices):
    UPLOADER = "uploader", "Uploader"
    MANAGER = "manager", "Manager"
    REVIEWER = "reviewer", "Reviewer"
    APPROVER = "approver", "Approver"
    ANALYST = "analyst", "Analyst"
    BIDDER = "bidder", "Bidder"
    ADMIN = "admin", "Organization admin"
    STAFF = "staff", "Operator staff"


class Theme(models.TextChoices):
    SYSTEM = "system", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


ROLES_OF_KIND: dict[OrganizationKind, tuple[Role, ...]] = {
    OrganizationKind.LENDER: (Role.UPLOADER, Role.MANAGER, Role.ADMIN),
    OrganizationKind.PURCHASER: (Role.REVIEWER, Role.APPROVER, Role.ANALYST, Role.BIDDER, Role.ADMIN),
    OrganizationKind.INVESTOR: (Role.BIDDER, Role.ANALYST, Role.ADMIN),
    OrganizationKind.RECEIVER: (Role.UPLOADER, Role.MANAGER, Role.ADMIN),
    OrganizationKind.OPERATOR: (Role.STAFF, Role.ADMIN),
}

ROLE_HELP: dict[Role, str] = {
    Role.UPLOADER: "uploads tapes, confirms columns, cures findings",
    Role.MANAGER: "puts bundles together and submits them",
    Role.REVIEWER: "reviews bundles and findings",
    Role.APPROVER: "approves or rejects what another person reviewed",
    Role.ANALYST: "follows pools, prices and red flags",
    Role.BIDDER: "bids in sales",
    Role.ADMIN: "invites people and sets their roles",
    Role.STAFF: "runs Plumbline for everybody, through the admin",
}

# A lender or receiver names its purchaser and a purchaser its lenders; competitors never learn of each other.
COUNTERPARTIES: dict[OrganizationKind, tuple[OrganizationKind, ...]] = {
    OrganizationKind.LENDER: (OrganizationKind.PURCHASER,),
    OrganizationKind.RECEIVER: (OrganizationKind.PURCHASER,),
    OrganizationKind.PURCHASER: (OrganizationKind.LENDER,),
}

# Whoever signs for money or hands out access proves more than a password.
MFA_ROLES = frozenset({Role.APPROVER, Role.ADMIN, Role.STAFF})
