"""Where things are, before there are settings."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def var_folder() -> Path:
    """The folder for data and logs: PLUMBLINE_VAR, else `var` beside run.py."""
    return Path(os.environ.get("PLUMBLINE_VAR") or ROOT / "var").resolve()


def manage(*arguments: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]
