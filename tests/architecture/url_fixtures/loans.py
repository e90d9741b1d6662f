"""Tapes, their versions and saved mappings."""

from accounts.models import Role
from tests.architecture.url_fixtures.case import Case
from tests.factories import SavedMappingFactory, TapeVersionFactory, UserFactory


def loans() -> dict[str, Case]:
    version = TapeVersionFactory()
    saved = SavedMappingFactory(organization=version.tape.organization, saved_by=version.tape.created_by)
    people = {
        "stranger": UserFactory(roles=[Role.UPLOADER, Role.MANAGER]),
        "wrong_role": UserFactory(organization=version.tape.organization, roles=[Role.ADMIN]),
    }
    tape, upload = {"pk": version.tape_id}, {"pk": version.pk}
    return {
        "loans:tapes": Case(wrong_role=people["wrong_role"]),
        "loans:upload": Case(wrong_role=people["wrong_role"]),
        "loans:tape": Case(tape, **people),
        "loans:upload-version": Case(tape, **people),
        "loans:version": Case(upload, **people),
        "loans:reading": Case(upload, **people),
        "loans:original": Case(upload, **people),
        "loans:mapping": Case(upload, **people),
        "loans:save-mapping": Case(upload, **people, method="post"),
        "loans:draft-mapping": Case(upload, **people, method="post"),
        "loans:match-again": Case(upload, **people, method="post"),
        "loans:delete-mapping": Case(upload | {"saved_pk": saved.pk}, **people, method="post"),
        "loans:changes": Case(upload, **people),
    }
