"""The command line of the supervisor."""

import argparse
import os
import sys

from config.embedded import StackError
from config.supervisor.commands import run_command
from config.supervisor.paths import var_folder
from config.supervisor.watch import Supervisor


def parse(arguments: list[str]) -> argparse.Namespace:
    """`[--port N] [--demo]`, nothing else."""
    parser = argparse.ArgumentParser(prog="run.py", epilog="Also: run.py test ..., run.py manage ...")
    parser.add_argument("--port", type=int, help="the port of the web server (8000, or a free one when that is taken)")
    parser.add_argument("--demo", action="store_true", help="load demonstration data and print who can log in")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Start the application or run one management command; the exit code."""
    try:
        if arguments[:1] == ["manage"]:
            return run_command(arguments[1:])
        asked = parse(arguments)
        return Supervisor(
            var_folder(), port=asked.port or int(os.environ.get("PLUMBLINE_PORT", 0)), demo=asked.demo
        ).run()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
