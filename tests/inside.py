"""A helper process inside a running installation, which runs small programs there as they are asked.

Django takes seconds to start: one process answers all questions, where `manage.py shell` would be started for each.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SERVE = """
import contextlib, io, json, sys, traceback
from django.db import connection
for line in sys.stdin:
    printed, told = io.StringIO(), {}
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), {})
        told["answer"] = json.loads(printed.getvalue())
    except Exception:
        told["problem"] = traceback.format_exc()
    connection.close()
    print(json.dumps(told), flush=True)
"""


class NoAnswerError(Exception):
    """The program failed inside; its traceback."""


class Helper:
    """The process, started with a command line that ends in SERVE."""

    def __init__(self, command: list[str], *, cwd: Path, env: Mapping[str, str]) -> None:
        with (cwd / "helper").open("a") as errors:
            self.process = subprocess.Popen(
                command, cwd=cwd, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        self.errors = cwd / "helper"

    def ask(self, program: str) -> Any:
        """What the program prints in JSON. Raises NoAnswerError when it fails, as while a server is being killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(program) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.errors.read_text()
        told = json.loads(line)
        if "problem" in told:
            raise NoAnswerError(told["problem"])
        return told["answer"]

    def close(self) -> None:
        """Let the process end, and wait for it."""
        self.process.communicate()
