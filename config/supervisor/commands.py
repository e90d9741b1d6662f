"""`run.py manage`: a management command beside a running stack, or with servers of its own for as long as it takes."""

import os
import signal
import subprocess
import sys
import time

from config.embedded import Stack
from config.embedded.processes import end_with_parent
from config.embedded.state import Held, Lock
from config.supervisor.paths import manage, var_folder

# These work on files alone and must run where no server can.
WITHOUT_SERVERS = frozenset(
    {"check_tape", "generate_tape", "pool_factor", "pooling_plan", "help", "--help", "--version", "version"}
)
PUBLIC_URL = "PLUMBLINE_PUBLIC_URL"
WAIT_SECONDS = 0.2
KILLED_BY = 128  # shells add the number of the signal
WITHOUT_TABLES = frozenset({"boot", "migrate", "check", "makemigrations", "restore"})


def run_command(arguments: list[str]) -> int:
    """Run `manage.py` with `arguments` in the caller's folder; its exit code."""
    command = arguments[0] if arguments else "help"
    stack = Stack(var_folder(), given=os.environ)
    if command in WITHOUT_SERVERS or stack.complete:
        return _run(manage(*arguments), {})
    if serves(stack.lock):
        return _run(manage(*arguments), public_address(stack.lock.holder()))
    try:
        environment = {**os.environ, **stack.start()}
    except Held:  # by a moment
        return run_command(arguments)
    try:
        if stack.is_new and command not in WITHOUT_TABLES:
            _run(manage("boot", "--verbosity", "0"), environment)
        return _run(manage(*arguments), environment)
    finally:
        stack.stop()


def public_address(running_on: str) -> dict[str, str]:
    """Where links that a command prints lead to: the application that runs, unless the environment says it."""
    named = any(key in os.environ for key in (PUBLIC_URL, f"{PUBLIC_URL}_FILE"))
    return {} if named else {PUBLIC_URL: running_on}


def serves(lock: Lock) -> bool:
    """Whether an application runs here. One that starts is waited for, and so is a command that has servers of its own:
    they would stop under another one.
    """
    said = False
    while lock.is_held() and not lock.holder().startswith("http"):
        if not said:
            print("The servers are in use by another start or command: waiting for it.", file=sys.stderr, flush=True)
            said = True
        time.sleep(WAIT_SECONDS)
    return lock.is_held()


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run in the foreground and wait: Ctrl-C reaches the command itself, and SIGTERM is handed on to it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(command, env={**os.environ, **environment}, preexec_fn=_end_with_us)
    terminated = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, terminated)
    return code if code >= 0 else KILLED_BY - code


def _end_with_us() -> None:
    """The command would go on without its servers when we are killed."""
    end_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
