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


@pytest.fixture
def lender(db) -> User:
    from accounts.models import Role
    from tests.factories import UserFactory

    return UserFactory(roles=[Role.UPLOADER, Role.MANAGER])


@pytest.fixture
def version(lender, monkeypatch) -> TapeVersion:
    from loans.services import texts
    from tests.diligence.services.pipeline import uploaded
    from tests.portfolios.offers import tape

    monkeypatch.setattr(texts, "PART_ROWS", 4)
    return uploaded(lender, tape(ROWS, **BAD_ROWS))


@dataclass
class Checked:
    """A finished check and who asked for it."""

    lender: User
    run: Run

    def finding(self, code: str) -> Finding:
        rule = self.run.rules.get(code=code)
        return self.run.findings.filter(rule_no=rule.rule_no, row_no__gt=0).first()


@pytest.fixture
def checked(lender, version) -> Checked:
    from tests.diligence.services.pipeline import completed, started

    return Checked(lender, completed(started(lender, version)))
