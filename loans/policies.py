"""Who may do what with tapes. Each check raises NotAllowed with the sentence the person sees."""

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import OrganizationKind, Role
from loans.domain.purposes import TapePurpose
from loans.models import TapeVersion


def check_can_upload(user: User, purpose: TapePurpose = TapePurpose.SALE) -> None:
    """Lenders send tapes. Whoever follows a pool also sends its files, where nobody else does."""
    if purpose is not TapePurpose.SALE and user.has_role(Role.ANALYST):
        return
    if purpose is TapePurpose.POOL_LOANS:
        raise NotAllowed("The loans of a pool are loaded by an analyst of the organization that follows it.")
    if user.organization.kind not in {OrganizationKind.LENDER, OrganizationKind.RECEIVER}:
        raise NotAllowed("Tapes are uploaded by the lender that owns the loans.")
    if not set(user.roles) & {Role.UPLOADER, Role.MANAGER}:
        raise NotAllowed(
            "Uploading needs the role of uploader or manager. An administrator of your organization can give it."
        )


def check_can_map(user: User, version: TapeVersion) -> None:
    check_can_upload(user, TapePurpose(version.tape.purpose))
    if version.tape.organization_id != user.organization_id:
        raise NotAllowed("This tape belongs to another lender.")


def check_can_publish(user: User) -> None:
    if Role.STAFF not in user.roles and not user.is_superuser:
        raise NotAllowed("Criteria are published by the staff of the operator.")


def may_read_borrowers(user: User, version: TapeVersion) -> bool:
    """Names, taxpayer numbers and addresses are for the lender that owns the loans."""
    return version.tape.organization_id == user.organization_id
