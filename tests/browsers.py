"""The Chromium of Debian, as all tests start it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Chromium holds one process ready for the next page, and throws it away when that is another person's: two people in
# turn began one for each page. A second list of this kind replaces the first, so that Playwright's own stands here too.
FEATURES_OFF = (
    "SpareRendererForSitePerProcess",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
    "PaintHolding",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
ARGUMENTS = (*FLAGS, f"--disable-features={','.join(FEATURES_OFF)}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser. Without one tests skip; where the checks of the project run they fail."""
    if not Path(CHROMIUM).exists():
        reason = f"no browser at {CHROMIUM}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
