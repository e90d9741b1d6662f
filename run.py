#!/usr/bin/env python3
"""Plumbline in one command.

    python3 run.py [--port N] [--demo]      start everything and print the address
    python3 run.py test [PYTEST ARGUMENTS]  run the test suite
    python3 run.py manage COMMAND ...       run a management command

Makes `.venv`, installs the lock into it when the lock has changed, and goes on inside it. Until then only the standard
library is used, so that this works on a machine where nothing has been installed.
"""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
PRODUCTION, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
IN_PARALLEL = ("-n", "auto", "--maxprocesses", "4")
OLDEST, NEWEST = (3, 11), (3, 14)
INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended


def version_problem(version: "tuple[int, ...]") -> "str | None":
    """The sentence for a Python that is too old or too new, else None."""
    if OLDEST <= version <= NEWEST:
        return None
    oldest, newest, found = (".".join(map(str, numbers)) for numbers in (OLDEST, NEWEST, version))
    return (
        f"Plumbline needs Python {oldest} to {newest}, and this is Python {found}. "
        f"Start run.py with another one, for example: python{newest} run.py"
    )


def venv_problem(has_ensurepip: bool) -> "str | None":
    """The sentence for a Debian or Ubuntu whose Python cannot make virtual environments, else None."""
    if has_ensurepip:
        return None
    return "Python cannot make a virtual environment here. Install that part first: sudo apt install python3-venv"


def lock_hash(lock: str, root: Path = ROOT) -> str:
    """What the stamp remembers of an installed lock: its content and the Python that it was installed for."""
    content = (root / lock).read_bytes()
    return hashlib.sha256(content + repr(sys.version_info[:2]).encode()).hexdigest()


def missing_lock(wanted: str, stamp: Path = STAMP, root: Path = ROOT) -> "str | None":
    """The lock to install, or None when `wanted` or the lock that contains it is installed as it stands now."""
    installed = json.loads(stamp.read_text()) if stamp.exists() else {}
    enough = {DEVELOPMENT} if wanted == DEVELOPMENT else {PRODUCTION, DEVELOPMENT}
    if any(installed.get(lock) == lock_hash(lock, root) for lock in enough):
        return None
    return wanted


def prepare(wanted: str) -> None:
    """Make the virtual environment and install the lock `wanted`, each only if needed.

    An environment without a stamp is one that was not finished. It is made anew: pip copies a package before it writes
    its programs, and takes what it copied, but did not finish, for installed.
    """
    if works(PYTHON) and not missing_lock(wanted):
        return
    with one_at_a_time():
        if not (works(PYTHON) and STAMP.exists()):
            make_venv()
        if missing_lock(wanted):
            install(wanted)


@contextmanager
def one_at_a_time(folder: Path = ROOT) -> "Iterator[None]":
    """Hold a lock on the folder, which a process that is killed lets go of."""
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run.py is installing here: waiting for it.")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def works(python: Path) -> bool:
    """True when the interpreter of the virtual environment starts and has pip."""
    try:
        return subprocess.run([str(python), "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:  # there is none, or this account may not start it
        return False


def folder_problem(folder: Path) -> "str | None":
    """The sentence for a clone that belongs to another account, else None."""
    if os.access(folder, os.W_OK):
        return None
    return f"{VENV} cannot be used by this account, nor made in a folder of another one. Clone into one of your own."


def make_venv() -> None:
    """Make `.venv`, in place of what an interrupted attempt left."""
    problem = folder_problem(ROOT) or venv_problem(find_spec("ensurepip") is not None)
    if problem:
        raise SystemExit(problem)
    say(f"Making the virtual environment in {VENV}")
    shutil.rmtree(VENV, ignore_errors=True)
    if not succeeds([sys.executable, "-m", "venv", str(VENV)]):
        raise SystemExit("The virtual environment could not be made; the lines above say why.")


def install(lock: str) -> None:
    """Install the lock with its hashes, by uv where it is present, else by pip, and remember it."""
    say(f"Installing {lock} (about a minute, only when it has changed)")
    STAMP.unlink(missing_ok=True)
    if not any(succeeds(command) for command in install_commands(lock)):
        raise SystemExit("The packages could not be installed; the lines above say why.")
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps({lock: lock_hash(lock)}))
    draft.replace(STAMP)


def succeeds(command: "list[str]") -> bool:
    """Run `command`, which ends with us, and say whether it went well."""
    from config.embedded.processes import end_with_parent

    return subprocess.run(command, preexec_fn=lambda: end_with_parent(signal.SIGKILL)).returncode == 0


def install_commands(lock: str) -> "list[list[str]]":
    """The commands to try, best first."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    commands = [[*pip, "--require-hashes", "-r", str(ROOT / lock)]]
    uv = shutil.which("uv")
    if uv:
        options = ["--quiet", "--compile-bytecode", "--require-hashes", "-r", str(ROOT / lock)]
        commands.insert(0, [uv, "pip", "install", "--python", str(PYTHON), *options])
    return commands


def keep_what_is_compiled() -> None:
    """Let this folder's own environment keep compiled files, whatever the shell says of others.

    A start is half a dozen processes that read the same files: compiling them in each took half of every start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def say(sentence: str) -> None:
    """Progress goes to standard error: standard output carries the READY line."""
    print(sentence, file=sys.stderr, flush=True)


def run_tests(arguments: "list[str]") -> None:
    """Become pytest, in one process more than there are processors; `-n 0` makes it one process."""
    prepare(DEVELOPMENT)
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "pytest", *IN_PARALLEL, *arguments])


def go_on_inside(arguments: "list[str]") -> None:
    """Become the supervisor, inside the virtual environment; `--help` and mistakes are answered without one."""
    from config.supervisor.main import main as supervise
    from config.supervisor.main import parse

    if arguments[:1] != ["manage"]:
        parse(arguments)
    prepare(PRODUCTION)
    if Path(sys.prefix) != VENV:
        os.execv(PYTHON, [str(PYTHON), str(ROOT / "run.py"), *arguments])
    sys.exit(supervise(arguments))


def main(arguments: "list[str]") -> None:
    """Read the command line only as far as it decides what has to be installed."""
    problem = version_problem(sys.version_info[:2])
    if problem:
        raise SystemExit(problem)
    keep_what_is_compiled()
    if arguments[:1] == ["test"]:
        run_tests(arguments[1:])
    else:
        go_on_inside(arguments)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        say("Stopped.")
        sys.exit(INTERRUPTED)
