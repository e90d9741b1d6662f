"""A lender with a checked tape: twelve loans in three parts, some of them with findings of every kind.

Nothing here may import Django before a fixture is asked for: tests of the domain run without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User
    from diligence.models import Finding, Run
    from loans.models import TapeVersion

ROWS = 12
HOSTILE = '=HYPERLINK("http://evil.example","x")'
REFINANCE = {"Purpose": "Refinance"}
BAD_ROWS = {
    "row_2": REFINANCE | {"LTV": "95"},
    "row_5": REFINANCE | {"LTV": "90", "Note Rate": "abc"},
    "row_8": {"Property Address": HOSTILE, "State": "ZZ"},
    "row_11": REFINANCE | {"LTV": "12"},
}


@dataclass
class Checked:
    """A finished check and who asked for it."""

    lender: User
    run: Run

    def finding(self, code: str) -> Finding:
        rule = self.run.rules.get(code=code)
        return self.run.findings.filter(rule_no=rule.rule_no, row_no__gt=0).first()


@pytest.fixture
def _small_parts(monkeypatch) -> None:
    from loans.services import texts

    monkeypatch.setattr(texts, "PART_ROWS", 4)


@pytest.fixture
def lender(request, db) -> User:
    """Whoever uploaded the version of this test, if it has one."""
    if {"version", "checked"} & set(request.fixturenames):
        return request.getfixturevalue("version").uploaded_by
    return a_lender()


@pytest.fixture
def version(request, db, _small_parts) -> TapeVersion:
    """The version that was checked, if a test has a check of it."""
    from tests import snapshots

    if "checked" in request.fixturenames:
        return request.getfixturevalue("checked").run.version
    return snapshots.made_once("version", uploaded_tape)


@pytest.fixture
def checked(db, _small_parts) -> Checked:
    from tests import snapshots

    return snapshots.made_once("checked", checked_tape)


def a_lender() -> User:
    from accounts.models import Role
    from tests.factories import UserFactory

    return UserFactory(roles=[Role.UPLOADER, Role.MANAGER])


def uploaded_tape() -> TapeVersion:
    from tests.diligence.services.pipeline import uploaded
    from tests.portfolios.offers import tape

    return uploaded(a_lender(), tape(ROWS, **BAD_ROWS))


def checked_tape() -> Checked:
    from tests.diligence.services.pipeline import completed, started

    version = uploaded_tape()
    return Checked(version.uploaded_by, completed(started(version.uploaded_by, version)))
