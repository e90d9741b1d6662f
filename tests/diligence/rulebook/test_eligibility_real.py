"""Eligibility and pricing over loans that Freddie Mac really bought: hardly any may be refused."""

from datetime import date
from pathlib import Path

import pytest

from diligence.domain.criteria_rules import criteria_ruleset
from diligence.domain.evaluate import evaluate
from diligence.domain.filefacts import file_facts, signs_of
from diligence.domain.rulebook import shipped_rulebook
from loans.domain import criteria
from loans.domain.casting import cast
from loans.domain.formats import open_tape
from loans.domain.mapping import profile, propose

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
GROUPS = ("EL-", "PRC-", "CMP-")


def fired_on(name: str) -> dict[str, int]:
    """Loans by rule of eligibility, pricing and compliance, with Freddie Mac's criteria as of 2026-11-21."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the repository")
    tape = open_tape(path, name=name)
    mapping = propose(profile(tape.batches()), layout=tape.layout).mapping()
    rules = criteria_ruleset(shipped_rulebook(), criteria.shipped()["FHLMC-2026-09"], as_of=date(2026, 11, 21))
    fired: dict[str, int] = {}
    for batch in tape.batches():
        typed = cast(batch, mapping).typed
        facts = file_facts([signs_of(typed)], as_of=rules.as_of, layout=tape.layout.code)
        counts = evaluate(typed, rules, header_of={}, file_facts=facts).counts
        for code, number in counts.select("code", "fired").rows():
            if number and code.startswith(GROUPS):
                fired[code] = fired.get(code, 0) + number
    return fired


@pytest.mark.real_data
def test_twenty_thousand_loans_of_2017() -> None:
    assert fired_on("freddie_origination_2017.psv") == {
        "EL-008": 1,
        "PRC-001": 9,
        "PRC-002": 4,
        "PRC-003": 126,
        "PRC-005": 3,
    }


@pytest.mark.real_data
def test_a_pool_of_relief_refinances() -> None:
    assert fired_on("freddie_pool_U90133.psv") == {"EL-038": 4, "EL-041": 268}
