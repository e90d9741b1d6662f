"""What a rule found in the newest checks, read without what the tapes' columns hold."""

from collections.abc import Callable
from typing import Any

import pytest

from diligence.queries.rulebook import hits

pytestmark = pytest.mark.django_db


def test_the_hits_of_a_rule_take_two_queries(checked: Any, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(2):
        shown = [
            (str(hit.run.version), hit.run.started_at, hit.run_id, hit.open <= hit.findings)
            for hit in hits(checked.lender, "DV-003")
        ]

    run = checked.run
    assert shown == [(str(run.version), run.started_at, run.pk, True)]
