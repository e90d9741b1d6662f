"""`manage.py pooling_plan`: a plan of two files, without a database."""

import json
from io import StringIO

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from portfolios.domain.executions.tape import loans_in
from tests.portfolios import planning


@pytest.fixture
def tape(tmp_path):
    path = tmp_path / "tape.csv"
    path.write_bytes(planning.synthetic_tape(40))
    return path


def run(*arguments) -> str:
    out = StringIO()
    call_command("pooling_plan", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_plan_on_the_screen_as_json_and_as_a_file(tape, tmp_path):
    out = tmp_path / "placed.csv"
    told = json.loads(run(tape, "--grids", planning.SAMPLES, "--seconds", 20, "--json", "--out", out))
    placed = pl.read_csv(out, schema_overrides={"loan_id": pl.String})
    assert placed.height == loans_in(tape).height == 40
    assert sum(pool["loans"] for pool in told["pools"]) + told["unplaced"]["loans"] == 40
    assert round(placed["value"].sum(), 2) == float(told["earned"])
    text = run(tape, "--grids", planning.SAMPLES, "--seconds", 20)
    assert text.startswith(f"Earned over par: {told['earned']} (exact")


def test_what_is_wrong_is_said(tape, tmp_path):
    with pytest.raises(CommandError, match="has no prices"):
        run(tape, "--grids", tmp_path / "none")
    (tmp_path / "grids").mkdir()
    (tmp_path / "grids" / "mbs.csv").write_text("agency,term,coupon,settlement,price\nx,30,5,2026-12,100\n")
    with pytest.raises(CommandError, match=r"mbs\.csv: Row 2, agency: “x” is not a word"):
        run(tape, "--grids", tmp_path / "grids")
    (tmp_path / "grids" / "mbs.csv").rename(tmp_path / "grids" / "prices.csv")
    with pytest.raises(CommandError, match="no kind of prices has this name"):
        run(tape, "--grids", tmp_path / "grids")
