"""The command line of the supervisor."""

import argparse
import errno
import os
import sys

from config.embedded import StackError
from config.supervisor.commands import run_command
from config.supervisor.paths import var_folder
from config.supervisor.watch import Supervisor

PORTS = range(1, 65_536)
OF_FOLDERS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR})


def parse(arguments: list[str]) -> argparse.Namespace:
    """`[--port N] [--demo]`, nothing else."""
    parser = argparse.ArgumentParser(prog="run.py", epilog="Also: run.py test ..., run.py manage ...")
    parser.add_argument(
        "--port",
        type=port_number,
        default=os.environ.get("PLUMBLINE_PORT") or None,
        help="the port of the web server (8000, or a free one when that is taken)",
    )
    parser.add_argument("--demo", action="store_true", help="load demonstration data and print who can log in")
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    """A port that a server can be told to listen on."""
    if not (text.isascii() and text.isdecimal() and int(text[:6]) in PORTS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from {PORTS[0]} to {PORTS[-1]}")
    return int(text)


def main(arguments: list[str]) -> int:
    """Start the application or run one management command; the exit code."""
    try:
        if arguments[:1] == ["manage"]:
            return run_command(arguments[1:])
        asked = parse(arguments)
        return Supervisor(var_folder(), port=asked.port or 0, demo=asked.demo).run()
    except StackError as error:
        problem = str(error)
    except OSError as error:
        if error.errno not in OF_FOLDERS:
            raise
        problem = f"Plumbline cannot keep its data in {var_folder()}: {error}. PLUMBLINE_VAR names another folder."
    print(problem, file=sys.stderr)
    return 1
