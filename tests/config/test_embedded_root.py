"""Root hands PostgreSQL to another account: where its data is then, and what root leaves alone."""

import hashlib
import json
import os
import pwd
import stat
from pathlib import Path

import pytest

from config.embedded import Stack, StackError, postgres

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands PostgreSQL to another account")


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder that the servers' account cannot enter."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    return folder


def data_folder(stack: Stack) -> Path:
    return Path(stack.parts[0].command[2])


def test_root_keeps_closed_folders_closed_and_moves_the_data_instead(closed: Path) -> None:
    stack = Stack(closed / "var", fast=True)
    try:
        stack.start()
        outside = data_folder(stack).parent
        assert outside.is_relative_to(postgres.SHARED)
        assert (outside / "belongs-to").read_text() == f"{closed / 'var'}\n"
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        stack.remove()
    assert not outside.exists()
    assert not stack.var.exists()


def test_data_outside_is_found_again_where_the_var_folder_is_moved_to(closed: Path) -> None:
    stack = Stack(closed / "var", fast=True)
    try:
        stack.start()
        before = data_folder(stack)
        stack.stop()
        stack.var.rename(closed / "moved")
        stack = Stack(closed / "moved", fast=True)
        stack.start()
        assert data_folder(stack) == before
        assert not stack.is_new
    finally:
        stack.remove()


def test_a_var_folder_made_anew_does_not_meet_the_data_of_the_one_before(closed: Path) -> None:
    first = Stack(closed / "var", fast=True)
    second = Stack(closed / "var", fast=True)
    try:
        first.start()
        first.stop()
        kept = first.var.rename(closed / "kept")
        second.start()
        assert second.is_new
    finally:
        second.remove()
        Stack(kept).remove()


def test_an_installation_of_before_keeps_its_data_outside(closed: Path) -> None:
    stack = Stack(closed / "var", fast=True)
    older = postgres.SHARED / hashlib.sha256(str(stack.var).encode()).hexdigest()[:12]
    older.mkdir(parents=True)
    stack.var.mkdir()
    stack.state_file.write_text(json.dumps({"database_url": "postgres://127.0.0.1/plumbline"}))
    try:
        stack.start()
        assert data_folder(stack) == older / "postgres"
    finally:
        stack.remove()


def test_root_does_not_take_over_what_another_account_keeps(tmp_path: Path) -> None:
    """Its state would become root's: the account could not start its own installation any more."""
    var = tmp_path / "var"
    var.mkdir()
    (var / "stack.json").write_text("{}")
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(var / "stack.json", nobody, -1)
    with pytest.raises(StackError, match=rf"The data in {var} belongs to the account nobody\. Start Plumbline as it\."):
        Stack(var, fast=True).start()
    assert (var / "stack.json").stat().st_uid == nobody
