"""Real tapes go through without help: what is found on loans that were really bought, held as counts."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
pytestmark = pytest.mark.real_data


def check(name: str, *arguments: str) -> dict:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the repository")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_tape", str(path), "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_twenty_thousand_freddie_mac_originations():
    found = check("freddie_origination_2017.psv", "--as-of", "2017-12-31")
    assert (found["loans"], found["layout"]) == (20_000, "freddie_sflld")
    assert found["upb"] == 4_603_626_000
    assert len(found["columns"]["matched"]) == 28
    assert found["findings"]["by_severity"]["fatal"] < 100
    assert found["loans_with_fatal"] < 100


def test_originations_meet_the_purchasers_own_criteria():
    found = check("freddie_origination_2017.psv", "--as-of", "2017-12-31", "--criteria", "FHLMC-2026-09")
    assert found["loans_with_fatal"] < 0.005 * found["loans"]


def test_every_loan_of_a_real_pool():
    found = check("freddie_pool_U90133.psv", "--as-of", "2023-05-01")
    assert (found["loans"], found["layout"]) == (268, "gse_mbs_loan_level")
    assert found["findings"]["by_severity"]["fatal"] == 0
    assert found["upb"] == 37_849_356.11
