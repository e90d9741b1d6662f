"""run.py before anything is installed: what it decides and what it says."""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import run


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_supported_pythons_pass(version: tuple[int, int]) -> None:
    assert run.version_problem(version) is None


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 15)])
def test_other_pythons_get_a_sentence(version: tuple[int, int]) -> None:
    sentence = run.version_problem(version)
    assert sentence is not None
    assert f"needs Python 3.11 to 3.14, and this is Python 3.{version[1]}." in sentence


def test_missing_venv_package_is_answered_with_the_line_to_type() -> None:
    assert run.venv_problem(has_ensurepip=True) is None
    assert "apt install python3-venv" in str(run.venv_problem(has_ensurepip=False))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for lock in (run.PRODUCTION, run.DEVELOPMENT):
        (tmp_path / lock).write_text(f"# {lock}\n")
    return tmp_path


def stamp(clone: Path, *locks: str) -> Path:
    path = clone / "installed.json"
    path.write_text(json.dumps({lock: run.lock_hash(lock, clone) for lock in locks}))
    return path


def test_a_fresh_environment_needs_the_lock_that_is_asked_for(clone: Path) -> None:
    assert run.missing_lock(run.PRODUCTION, clone / "none", clone) == run.PRODUCTION
    assert run.missing_lock(run.DEVELOPMENT, clone / "none", clone) == run.DEVELOPMENT


def test_the_development_lock_contains_the_production_lock(clone: Path) -> None:
    assert run.missing_lock(run.PRODUCTION, stamp(clone, run.DEVELOPMENT), clone) is None
    assert run.missing_lock(run.DEVELOPMENT, stamp(clone, run.PRODUCTION), clone) == run.DEVELOPMENT


def test_a_changed_lock_is_installed_again(clone: Path) -> None:
    path = stamp(clone, run.PRODUCTION)
    assert run.missing_lock(run.PRODUCTION, path, clone) is None
    (clone / run.PRODUCTION).write_text("# another version\n")
    assert run.missing_lock(run.PRODUCTION, path, clone) == run.PRODUCTION


def test_both_locks_name_the_same_versions() -> None:
    pins = {lock: set(re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==[\w.]+", text(lock), re.MULTILINE)) for lock in locks()}
    assert pins[run.PRODUCTION]
    assert pins[run.PRODUCTION] <= pins[run.DEVELOPMENT]


def test_every_pin_has_hashes() -> None:
    for lock in locks():
        assert text(lock).count("==") <= text(lock).count("--hash=sha256:")


def test_run_py_can_be_read_by_a_python_without_any_package() -> None:
    command = [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({str(run.ROOT / 'run.py')!r})"]
    assert subprocess.run(command, capture_output=True).returncode == 0


def test_the_hash_covers_the_python_version(clone: Path) -> None:
    assert run.lock_hash(run.PRODUCTION, clone) != hashlib.sha256((clone / run.PRODUCTION).read_bytes()).hexdigest()


def test_arguments_of_the_tests_have_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run.ROOT)
    started: list[list[str]] = []
    monkeypatch.setattr(run, "prepare", lambda lock: None)
    monkeypatch.setattr(run.os, "execv", lambda program, words: started.append(words))
    run.run_tests(["-n", "0", "tests/config"])
    assert started[0][1:] == ["-m", "pytest", *run.IN_PARALLEL, "-n", "0", "tests/config"]


def test_compiled_files_are_kept_whatever_the_shell_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    run.keep_what_is_compiled()
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert sys.dont_write_bytecode is False


class Environment:
    """One that works and bears no stamp, and what is done to it: nothing real."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def make(self) -> None:
        self.done.append("made")

    def install(self, command: list[str]) -> bool:
        self.done.append("installed")
        return True


@pytest.fixture
def environment(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    found, missing = Environment(), run.missing_lock
    monkeypatch.setattr(run, "STAMP", clone / "installed.json")
    monkeypatch.setattr(run, "lock_hash", lambda lock, root=clone: lock)
    monkeypatch.setattr(run, "missing_lock", lambda wanted: missing(wanted, clone / "installed.json", clone))
    monkeypatch.setattr(run, "works", lambda python: True)
    monkeypatch.setattr(run, "make_venv", found.make)
    monkeypatch.setattr(run, "succeeds", found.install)
    return found


def test_an_environment_whose_installation_was_killed_is_made_anew(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip would take a package for installed that was copied and had no programs yet."""
    run.prepare(run.PRODUCTION)
    run.prepare(run.PRODUCTION)
    assert environment.done == ["made", "installed"]
    monkeypatch.setattr(run, "lock_hash", lambda lock, root=None: f"a later {lock}")
    monkeypatch.setattr(run, "succeeds", killed)
    with pytest.raises(KeyboardInterrupt):
        run.prepare(run.PRODUCTION)
    monkeypatch.setattr(run, "succeeds", environment.install)
    run.prepare(run.PRODUCTION)
    assert environment.done == ["made", "installed", "made", "installed"]


def killed(command: list[str]) -> bool:
    raise KeyboardInterrupt


def test_an_environment_that_this_account_cannot_start_does_not_work(tmp_path: Path) -> None:
    closed = tmp_path / "python"
    closed.write_text("#!/bin/sh\n")
    assert not run.works(closed)
    assert not run.works(tmp_path / "none")
    assert run.works(Path(sys.executable))


def test_a_clone_of_another_account_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run.folder_problem(tmp_path) is None
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "Clone into one of your own." in str(run.folder_problem(tmp_path))


def test_an_installation_that_fails_is_no_finished_one(environment: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "succeeds", lambda command: False)
    with pytest.raises(SystemExit, match="could not be installed"):
        run.prepare(run.PRODUCTION)
    assert not run.STAMP.exists()


def test_two_starts_install_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(run, "say", said.append)
    inside, order = threading.Event(), []

    def second() -> None:
        inside.wait()
        with run.one_at_a_time(tmp_path):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with run.one_at_a_time(tmp_path):
        inside.set()
        while not said:
            time.sleep(0.01)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert said == ["Another run.py is installing here: waiting for it."]


@pytest.mark.parametrize("arguments", [["--help"], ["--port", "0"], ["--nonsense"]])
def test_help_and_mistakes_are_answered_before_anything_is_installed(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "prepare", pytest.fail)
    with pytest.raises(SystemExit) as left:
        run.go_on_inside(arguments)
    assert left.value.code == (0 if arguments == ["--help"] else 2)


def locks() -> tuple[str, str]:
    return run.PRODUCTION, run.DEVELOPMENT


def text(lock: str) -> str:
    return (run.ROOT / lock).read_text()
