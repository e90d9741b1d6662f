"""`manage.py watch_pools`: a table for people, JSON for programs, and an exit code for both."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from portfolios.management.commands import watch_pools
from portfolios.services import redflags
from tests.portfolios.paydowns import pool

pytestmark = pytest.mark.django_db
SLOW, FAST = [0.51] * 9, [0.51] * 6 + [3.0] * 3


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("watch_pools", *arguments, stdout=out, stderr=err)
    return ended.value.code, out.getvalue(), err.getvalue()


def test_no_red_flag_is_0():
    pool(SLOW, name="Calm")
    code, out, _ = run()
    assert (code, out.strip()) == (0, "1 pool looked at, 0 with open flags.")


def test_red_flags_are_1_and_the_worst_pool_comes_first():
    calm = pool(SLOW, name="Calm")
    fast = pool(FAST, name="Fast", created_by=calm.created_by)
    code, out, _ = run()
    assert code == 1
    assert out.splitlines()[0].split() == ["Pool", "Month", "Factor", "Level", "Flag", "State", "What", "it", "says"]
    assert out.splitlines()[1].startswith(f"Fast  2025-10  {fast.factor}  red    Faster than the forecast")
    assert "2 pools looked at, 1 with open flags." in out


def test_an_explained_flag_alarms_no_longer():
    fast = pool(FAST)
    for flag in redflags.watch(security=fast, at=fast.created_at):
        redflags.explain(flag=flag, by=fast.created_by, at=fast.created_at, note="Known.")
    assert run()[0] == 0


def test_json_has_every_number():
    fast = pool(FAST, name="Fast")
    code, out, _ = run("--json", "--organization", fast.organization.slug, "--portfolio", fast.portfolio.name)
    (only,) = json.loads(out)["pools"]
    assert (code, only["pool"], only["flags"][0]["code"]) == (1, "Fast", "fast")
    assert only["flags"][0]["numbers"]["limits"]["red_z"] == 3.0


@pytest.mark.parametrize("arguments", [("--organization", "nobody"), ("--portfolio", "Nothing")])
def test_what_does_not_exist_is_trouble(arguments):
    code, _, err = run(*arguments)
    assert (code, "There is no" in err) == (2, True)


def test_one_pool_in_trouble_does_not_hide_the_others(monkeypatch):
    calm = pool(SLOW, name="Calm")
    pool(FAST, name="Fast", created_by=calm.created_by)
    real = redflags.watch

    def broken(*, security, at):
        if security.name == "Calm":
            raise ValueError("The file of its loans is gone.")
        return real(security=security, at=at)

    monkeypatch.setattr(watch_pools.redflags, "watch", broken)
    code, out, err = run()
    assert (code, "Faster than the forecast" in out) == (2, True)
    assert "Calm could not be looked at: ValueError: The file of its loans is gone." in err
