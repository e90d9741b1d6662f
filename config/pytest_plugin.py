"""Give the tests their settings before pytest-django reads them; pure tests stay free of Django altogether."""

import os
from pathlib import PurePath

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Name the settings module unless only pure `domain` tests were asked for."""
    if not _only_pure(early_config.known_args_namespace.file_or_dir):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _only_pure(targets: list[str]) -> bool:
    return bool(targets) and all("domain" in PurePath(target.split("::")[0]).parts for target in targets)
