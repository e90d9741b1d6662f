import gc
import subprocess
import sys
from pathlib import Path

import pytest

from config.celery import keep_what_is_loaded

THREADS = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from config.celery import app
django.setup()
app.loader.import_default_modules()
import config.wsgi
print(*(open(f"/proc/self/task/{task}/comm").read().strip() for task in os.listdir("/proc/self/task")), sep="\\n")
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc, which only Linux has")
def test_loading_tasks_and_pages_starts_no_polars_threads() -> None:
    """Worker and web server fork after loading; a Polars query before that leaves their children waiting for ever."""
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True)
    assert "python" in done.stdout
    assert "polars-0" not in done.stdout


def test_a_worker_does_not_look_for_garbage_in_what_it_has_loaded() -> None:
    before = gc.get_freeze_count()
    try:
        keep_what_is_loaded()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
