"""Confirming and saving what the columns of a tape mean."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from loans import policies
from loans.domain.formats import LAYOUTS, LENDER
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping, Profile, missing_core, propose
from loans.domain.purposes import TapePurpose, catalogue
from loans.models import SavedMapping, TapeVersion
from loans.services.intake import saved_mapping
from loans.services.tapes import move

BALANCES = ("ending_scheduled_balance", "ending_actual_balance", "balance_at_issue", "current_upb", "note_amount")
"""What a loan weighs, by the first that its tape has; a tape of loans to sell knows the last two."""


class Incomplete(Exception):
    """A mapping that cannot be checked yet; the text is the sentence the person sees."""


def confirm(*, version: TapeVersion, mapping: Mapping, by: User, at: datetime, accept_missing: bool = False) -> bool:
    """Confirm the columns; the tape can then be prepared. False when it was confirmed already.

    Raises NotAllowed, or Incomplete naming the required fields that no column fills. With `accept_missing` a person
    goes on without them, and the rules that need them are not evaluated; without loan number and balance nobody does.
    """
    policies.check_can_map(by, version)
    if lacks := essential_missing(version, mapping):
        raise Incomplete(f"No column fills {listed(lacks)}. Without it no loan can be told from another or be weighed.")
    missing = missing_fields(version, mapping)
    if missing and not accept_missing:
        raise Incomplete(f"No column fills {listed(missing)}. Choose a column for each, then start the check.")
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


def listed(labels: list[str]) -> str:
    """Labels as people write a list: "A", "A and B", "A, B and C"."""
    return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))


def essential_missing(version: TapeVersion, mapping: Mapping) -> list[str]:
    """What nothing can do without: the loan number, a balance, and what the purpose of the tape needs."""
    return [field.label for field in catalogue(purpose_of(version)).essential_missing(mapping.fields)]


def purpose_of(version: TapeVersion) -> TapePurpose:
    return TapePurpose(version.tape.purpose)


def missing_fields(version: TapeVersion, mapping: Mapping) -> list[str]:
    """Labels of the fields without which a tape of this layout says too little to be checked."""
    layout = None if version.layout == LENDER.code else LAYOUTS[version.layout]
    return [field.label for field in missing_core(mapping.fields, layout, purpose_of(version))]


@dataclass(frozen=True)
class Draft:
    """The mapping page as a person left it."""

    mapping: Mapping
    confirmed: tuple[str, ...] = ()
    criteria: str = ""
    accept_missing: bool = False


def keep(*, version: TapeVersion, draft: Draft, by: User, at: datetime) -> bool:
    """Keep what was chosen so far, so that nothing is lost when the page is left. Raises NotAllowed."""
    policies.check_can_map(by, version)
    left = {
        "confirmed": list(draft.confirmed),
        "criteria": draft.criteria,
        "accept_missing": draft.accept_missing,
        "at": at.isoformat(),
    }
    facts = {**version.facts, "draft": left}
    return move(version, frm=TapeStatus.MAPPING, to=TapeStatus.MAPPING, mapping=draft.mapping.to_json(), facts=facts)


def match_again(*, version: TapeVersion, by: User) -> bool:
    """Propose every column afresh, by the lender's saved mapping, names and values; the draft is forgotten."""
    policies.check_can_map(by, version)
    names = version.facts["columns"]
    proposal = propose(
        Profile.from_json(version.profile),
        layout=LAYOUTS[version.layout].bound_to(names),
        saved=saved_mapping(version, names),
        percent_columns=version.facts.get("percent_columns", ()),
        purpose=purpose_of(version),
    )
    facts = {name: fact for name, fact in version.facts.items() if name != "draft"}
    columns = [asdict(match) for match in proposal.matches]
    mapping = proposal.mapping().to_json()
    return move(version, frm=TapeStatus.MAPPING, to=TapeStatus.MAPPING, columns=columns, mapping=mapping, facts=facts)


@transaction.atomic
def save(*, version: TapeVersion, draft: Draft, name: str, by: User, at: datetime) -> SavedMapping:
    """Keep a mapping under a name for the lender's next file with the same header; the same name is replaced."""
    keep(version=version, draft=draft, by=by, at=at)
    saved, _ = SavedMapping.objects.update_or_create(
        organization_id=by.organization_id,
        name=name,
        defaults={
            "header_signature": version.facts["header_signature"],
            "mapping": draft.mapping.to_json(),
            "saved_by": by,
            "saved_at": at,
        },
    )
    return saved


def delete(*, saved: SavedMapping, by: User) -> None:
    """Remove a saved mapping; tapes that were matched with it stay as they are. Raises NotAllowed."""
    policies.check_can_upload(by)
    saved.delete()


def applied(saved: Mapping, proposed: Mapping) -> Mapping:
    """A saved mapping put on the columns of a file: columns it does not know keep what was proposed."""
    known = {name: saved.columns.get(name, column) for name, column in proposed.columns.items()}
    return Mapping(known, dict(proposed.constants))
