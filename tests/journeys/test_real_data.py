"""Real loan files by upload: recognized without help, checked to the end, and counted as `check_tape` counts them."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.journeys.looking import look
from tests.journeys.people import LENDER, Person
from tests.journeys.steps import start_check, upload, wait_for_results
from tests.running import Running

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="no loan data in ../shared/data"),
]

COUNTS = """
import json
from diligence.models import Run
run = Run.objects.select_related("version").get(pk=PK)
rules = dict(run.rules.filter(findings__gt=0).values_list("code", "findings"))
print(json.dumps({"loans": run.loans_done, "layout": run.version.layout, "by_rule": rules, "fatal": run.fatal}))
"""


def told_by_check_tape(file: Path) -> dict[str, Any]:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_tape", str(file), "--json", stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


@pytest.mark.parametrize(
    ("name", "layout", "loans"),
    [
        ("freddie_pool_U90133.psv", "gse_mbs_loan_level", 268),
        ("freddie_origination_2017.psv", "freddie_sflld", 20_000),
    ],
)
def test_real_loans(page_of: Callable[[Person], Page], site: Running, name: str, layout: str, loans: int) -> None:
    page = page_of(LENDER)
    upload(page, DATA / name)
    expect(page.get_by_role("heading", name="Match columns")).to_be_visible()
    expect(page.get_by_role("button", name=f"Check {loans:,} loans")).to_be_visible()
    look(page, f"columns-{layout}")
    start_check(page)
    counted = site.ask(COUNTS, PK=wait_for_results(page))
    look(page, f"results-{layout}")
    told = told_by_check_tape(DATA / name)
    assert (counted["loans"], counted["layout"]) == (loans, layout) == (told["loans"], told["layout"])
    assert counted["by_rule"] == told["findings"]["by_rule"]
    assert counted["fatal"] == told["findings"]["by_severity"]["fatal"]
