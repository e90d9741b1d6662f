"""Settings and their checks; where the whole environment matters, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from config import checks
from config.environment import StackState, read_environment, unknown_keys
from config.supervisor.paths import ROOT

SECRET = "x7Fq2mZ9wLr4tYb8nKc3vHs6pJd1gAe5uQo0iXlRzTkMWyBfCaGhE"  # long and random enough for the check, used nowhere
PRODUCTION = {
    "SECRET_KEY": SECRET,
    "PLUMBLINE_HTTPS": "true",
    "PLUMBLINE_ALLOWED_HOSTS": "plumbline.example",
    "PLUMBLINE_TRUSTED_ORIGINS": "https://plumbline.example",
}


def python(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    ours = ("PLUMBLINE_", "SECRET_KEY", "DJANGO_")
    bare = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**bare, "PLUMBLINE_STATE": "/nonexistent", **environment},
        capture_output=True,
        text=True,
    )


def test_the_deployment_check_is_clean_in_production() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert "no issues (0 silenced)" in done.stdout, done.stderr


def test_the_web_process_refuses_a_key_of_its_own_making() -> None:
    assert "Set SECRET_KEY or SECRET_KEY_FILE" in python("-c", "import config.wsgi").stderr


def test_the_deployment_check_asks_for_a_secret_key(settings: Settings) -> None:
    settings.SECRET_KEY_IS_TEMPORARY = True
    assert [message.id for message in checks.stable_secret_key(None)] == ["config.E002"]


def test_a_misspelled_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_MAX_ROW", "5")
    messages = [message.msg for message in checks.unknown_environment_keys(None)]
    assert messages == ["PLUMBLINE_MAX_ROW is set, but Plumbline has no such setting."]


def test_known_keys_and_their_files_pass() -> None:
    assert unknown_keys({"PLUMBLINE_MAX_ROWS": "5", "PLUMBLINE_MAX_ROWS_FILE": "/x", "OTHER_TOOL": "1"}) == []


def test_time_limits_out_of_order_are_refused(settings: Settings) -> None:
    assert checks.limits_in_order(None) == []
    settings.CHUNK_LEASE_SECONDS = settings.CHUNK_TIME_LIMIT_SECONDS
    assert [message.id for message in checks.limits_in_order(None)] == ["config.E001"]


def test_a_value_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "value").write_text("17\n")
    monkeypatch.setenv("PLUMBLINE_MAX_ROWS_FILE", str(tmp_path / "value"))
    assert read_environment()("PLUMBLINE_MAX_ROWS") == 17


@pytest.mark.parametrize("content", [None, "", "{", "{}"])
def test_a_missing_or_broken_state_file_is_no_state(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "stack.json"
    if content is not None:
        path.write_text(content)
    assert StackState.read(path) == StackState()
