"""Confirming and saving what the columns of a tape mean."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from loans import policies
from loans.domain.fields import FIELD
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.models import SavedMapping, TapeVersion
from loans.services.tapes import move


class Incomplete(Exception):
    """A mapping that cannot be checked yet; the text is the sentence the person sees."""


def confirm(*, version: TapeVersion, mapping: Mapping, by: User, at: datetime) -> bool:
    """Confirm the columns; the tape can then be prepared. False when it was confirmed already.

    Raises NotAllowed, or Incomplete naming the required fields that no column fills.
    """
    policies.check_can_map(by, version)
    missing = missing_fields(version, mapping)
    if missing:
        raise Incomplete("No column fills " + " and ".join(missing) + ". Choose a column for each, then start the check.")
    return move(
        version,
        frm=TapeStatus.MAPPING,
        to=TapeStatus.PREPARING,
        mapping=mapping.to_json(),
        mapped_by=by,
        mapped_at=at,
        lease_until=None,
        attempts=0,
    )


def missing_fields(version: TapeVersion, mapping: Mapping) -> list[str]:
    """Labels of the fields without which a tape of this layout says too little to be checked."""
    filled = {column.field for column in mapping.columns.values()}
    return [FIELD[name].label for name in version.facts.get("required", ()) if name not in filled]


@transaction.atomic
def save(*, version: TapeVersion, mapping: Mapping, name: str, by: User, at: datetime) -> SavedMapping:
    """Keep a mapping under a name for the lender's next file with the same header; the same name is replaced."""
    policies.check_can_map(by, version)
    move(version, frm=TapeStatus.MAPPING, to=TapeStatus.MAPPING, mapping=mapping.to_json())
    saved, _ = SavedMapping.objects.update_or_create(
        organization_id=by.organization_id,
        name=name,
        defaults={
            "header_signature": version.facts["header_signature"],
            "mapping": mapping.to_json(),
            "saved_by": by,
            "saved_at": at,
        },
    )
    return saved
