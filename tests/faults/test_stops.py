"""The end of an installation: its supervisor is killed, it begins again with its data, and Ctrl-C ends it."""

import json
import signal

import pytest

from tests.running import NAMES, PATIENCE_SECONDS, Running, wait_until

COUNT_PEOPLE = "import json; from accounts.models import User; print(json.dumps(User.objects.count()))"
KEYS_THAT_STAY = ("postgres_password", "secret_key", "database_url", "redis_url")

pytestmark = pytest.mark.faults


def test_killing_the_supervisor_leaves_no_process_and_the_data_is_there_next_time(running: Running) -> None:
    people = running.ask(COUNT_PEOPLE)
    before = kept(running)
    assert len(running.children()) > len(NAMES)
    running.process.kill()
    assert wait_until(lambda: not running.children()), running.children()
    running.start_again()
    assert running.line() == f"READY {running.url}", running.said()
    assert kept(running) == before
    assert running.ask(COUNT_PEOPLE) == people


def kept(running: Running) -> dict[str, str]:
    state = json.loads((running.var / "stack.json").read_text())
    return {key: state[key] for key in KEYS_THAT_STAY}


def test_ctrl_c_stops_everything_and_leaves_no_process(running: Running) -> None:
    assert len(running.children()) > len(NAMES)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(PATIENCE_SECONDS) == 0
    assert wait_until(lambda: not running.children()), running.children()
