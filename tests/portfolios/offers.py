"""Checked tapes and bundles at every step, made through the services as people and workers make them."""

import csv
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organization, OrganizationKind, Role, User
from diligence.models import Run
from loans.models import CriteriaVersion, Tape
from loans.services import criteria as criteria_service
from loans.services import intake, tapes
from portfolios.models import Bundle
from portfolios.services import bundles
from tests.diligence.services.pipeline import NOW, clock, completed, started, uploaded
from tests.factories import OrganizationFactory, UserFactory

CRITERIA = """
code = "{code}"
name = "Meridian fixed-rate"
version = "1"
profile = "all"
effective_from = 2020-01-01

[rules]
include = ["XF-001", "XF-002"]

[[rule]]
code = "OWN-1"
title = "Credit score below 620"
severity = "fatal"
component = "credit"
fields = ["credit_score"]
applies = "TRUE"
fires = "credit_score < 620"
message = "Credit score is {{credit_score}}; at least 620 is needed."
cure = "Correct the score or take the loan out."
waivable = "with_authority"
source = "Meridian"
source_status = "design"

[[limit]]
code = "POOL-012"
title = "California"
filter = "property_state = 'CA'"
measure = "share_upb"
op = "at_most"
limit = 60
severity = "fatal"
source = "Meridian"
source_status = "design"

[[limit]]
code = "POOL-005"
title = "Kinds of amortization"
by = "amortization_type"
measure = "distinct"
op = "at_most"
limit = 1
severity = "fatal"
source = "Meridian"
source_status = "design"
"""

LOAN = {
    "Loan ID": "", "Loan Amount": "200000", "UPB": "200000", "Note Rate": "6.5", "Note Date": "2026-06-15",
    "First Payment Date": "2026-08-01", "Maturity Date": "2056-07-01", "Term": "360", "Amort Type": "Fixed",
    "Loan Type": "Conventional", "Purpose": "Purchase", "Appraised Value": "250000", "LTV": "80", "DTI": "35",
    "State": "OR", "Zip": "97201", "Prop Type": "SingleFamily", "Units": "1", "Occupancy": "PrimaryResidence",
    "FICO": "740", "Property Address": "", "Borrower Last Name": "Halvorsen",
}  # fmt: skip


def tape(count: int = 10, *, first: int = 1, **changes: dict[str, str]) -> bytes:
    """A CSV of `count` clean loans; `row_3={"FICO": "580"}` changes the loan of row 3."""
    rows = []
    for number in range(1, count + 1):
        own = {"Loan ID": f"L{first + number - 1:05d}", "Property Address": f"{first + number - 1} Elm St"}
        rows.append(LOAN | own | changes.get(f"row_{number}", {}))
    text = io.StringIO()
    writer = csv.DictWriter(text, LOAN)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def lender(**fields: Any) -> User:
    return UserFactory(roles=[Role.UPLOADER, Role.MANAGER], **fields)


def purchaser() -> Organization:
    return OrganizationFactory(kind=OrganizationKind.PURCHASER)


def person(organization: Organization, *roles: Role) -> User:
    return UserFactory(organization=organization, roles=list(roles))


def published(organization: Organization, code: str = "MER-1") -> CriteriaVersion:
    text = CRITERIA.format(code=code)
    return criteria_service.publish(text=text, organization_id=organization.pk, at=NOW)


def checked(by: User, criteria: CriteriaVersion | None, content: bytes | None = None, name: str = "tape.csv") -> Run:
    """A finished check; by default ten loans of which rows 2 and 5 have one open fatal finding each."""
    low = {"FICO": "580"}
    content = content or tape(row_2=low, row_5=low)
    return completed(started(by, uploaded(by, content, name), criteria))


def draft(run: Run, to: Organization | None, *, by: User, **selection: Any) -> Bundle:
    return bundles.create(run=run, name="Fixed 30, November", purchaser=to, selection=selection, by=by, at=NOW)


def checked_again(tape: Tape, by: User, criteria: CriteriaVersion | None, content: bytes) -> Run:
    """A finished check of a new version of a tape."""
    received = tapes.receive(upload=SimpleUploadedFile("again.csv", content), by=by, at=NOW, tape=tape)
    intake.read(version_id=received.version.pk, clock=clock)
    received.version.refresh_from_db()
    return completed(started(by, received.version, criteria))
