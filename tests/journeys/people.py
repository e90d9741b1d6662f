"""The people of the journeys, made through the services, and the program that makes them in an installation."""

import json
from dataclasses import asdict, dataclass

PASSWORD = "plumb-bob-and-string-9"


@dataclass(frozen=True)
class Person:
    """Somebody who signs in, in one role at one organization."""

    name: str
    email: str
    organization: str
    kind: str
    roles: tuple[str, ...]


LENDER = Person("Uma Uploader", "uma@northgate.example", "Northgate Mortgage", "lender", ("uploader", "manager"))
STRANGER = Person("Sam Stranger", "sam@southgate.example", "Southgate Lending", "lender", ("uploader", "manager"))
REVIEWER = Person("Rita Reviewer", "rita@meridian.example", "Meridian Capital", "purchaser", ("reviewer",))
APPROVER = Person("Alan Approver", "alan@meridian.example", "Meridian Capital", "purchaser", ("approver",))
EVERYBODY = (LENDER, STRANGER, REVIEWER, APPROVER)

MAKE = """
import json
from accounts.models import Organization
from accounts.services.organizations import free_slug
from accounts.services.people import create_person
for person in json.loads(PEOPLE):
    organization, _ = Organization.objects.get_or_create(
        name=person["organization"], defaults={"kind": person["kind"], "slug": free_slug(person["organization"])})
    create_person(email=person["email"], name=person["name"], password=PASSWORD, organization=organization,
                  roles=person["roles"])
print(json.dumps(True))
"""


def as_json() -> str:
    """Everybody, as the program MAKE reads them."""
    return json.dumps([asdict(person) for person in EVERYBODY])
