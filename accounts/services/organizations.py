import pghistory
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts import policies
from accounts.models import Organization, OrganizationKind, User
from accounts.policies import NotAllowed


@transaction.atomic
def create(*, name: str, kind: str, by: User, lei: str = "", seller_number: str = "") -> Organization:
    """A new tenant. Raises NotAllowed unless `by` is operator staff, or when the name or LEI is taken."""
    policies.check_can_create_organization(by)
    name = " ".join(name.split())
    taken = NotAllowed(f"There is an organization named {name} already.")
    if Organization.objects.filter(name__iexact=name).exists():
        raise taken
    if lei and Organization.objects.filter(lei=lei).exists():
        raise NotAllowed("Another organization has this LEI.")
    try:
        with pghistory.context(user=by.pk, action="create organization"), transaction.atomic():
            return Organization.objects.create(
                name=name, slug=free_slug(name), kind=OrganizationKind(kind), lei=lei, seller_number=seller_number
            )
    except IntegrityError as lost_race:  # the same form sent twice at once
        raise taken from lost_race


def free_slug(name: str) -> str:
    """An address part made from the name, numbered when taken."""
    stem = slugify(name)[:50] or "organization"
    taken = set(Organization.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
