"""What import contracts cannot see: clocks, `django.http` and `save()` in rooms that may not use them."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from config.environment import KEYS, SUPERVISOR_KEYS
from config.supervisor.paths import ROOT

APPS = ("accounts", "loans", "diligence", "portfolios")
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
LONGEST_FILE = 300


def modules(room: str) -> list[Path]:
    """Every module of a room in all apps, whether it is one file or a package."""
    files = [path for app in APPS for path in (ROOT / app).glob(f"{room}.py")]
    return files + [path for app in APPS for path in (ROOT / app / room).rglob("*.py")]


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """(object, method) of every call of the form object.method()."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            yield node.func.value.id, node.func.attr


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("room", ["domain", "services", "models", "policies"])
def test_the_clock_is_read_outside(room: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {'.'.join(call)}()" for path in modules(room) for call in set(calls(path)) & CLOCKS
    ]
    assert found == []


@pytest.mark.parametrize("room", ["services", "policies", "queries", "models"])
def test_http_stays_in_views(room: str) -> None:
    found = [str(path.relative_to(ROOT)) for path in modules(room) if "django.http" in set(imports(path))]
    assert found == []


def test_no_model_hides_work_in_save_or_signals() -> None:
    for path in modules("models"):
        names = {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
        assert "save" not in names, path
        assert "django.db.models.signals" not in set(imports(path)), path


def test_no_file_is_too_long_to_read() -> None:
    files = [path for top in (*APPS, "config") for path in (ROOT / top).rglob("*.py") if "migrations" not in path.parts]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    output = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=output)
    assert "No changes detected" in output.getvalue()


def test_every_setting_is_in_the_example_file() -> None:
    example = (ROOT / ".env.example").read_text()
    assert [key for key in {*KEYS, *SUPERVISOR_KEYS} if f"# {key}=" not in example] == []
