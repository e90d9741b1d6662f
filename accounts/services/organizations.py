import pghistory
from django.db import transaction
from django.utils.text import slugify

from accounts import policies
from accounts.models import Organization, OrganizationKind, User
from accounts.policies import NotAllowed


@transaction.atomic
def create(*, name: str, kind: str, by: User, lei: str = "", seller_number: str = "") -> Organization:
    """A new tenant. Raises NotAllowed unless `by` is operator staff, or when the name or LEI is taken."""
    policies.check_can_create_organization(by)
    name = " ".join(name.split())
    if Organization.objects.filter(name__iexact=name).exists():
        raise NotAllowed(f"There is an organization named {name} already.")
    if lei and Organization.objects.filter(lei=lei).exists():
        raise NotAllowed("Another organization has this LEI.")
    with pghistory.context(user=by.pk, action="create organization"):
        return Organization.objects.create(
            name=name, slug=free_slug(name), kind=OrganizationKind(kind), lei=lei, seller_number=seller_number
        )


def free_slug(name: str) -> str:
    """An address part made from the name, numbered when taken."""
    stem = slugify(name)[:50] or "organization"
    taken = set(Organization.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
