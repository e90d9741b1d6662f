"""Looking at a page as a person, a phone and a screen reader do."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

DESKTOP, PHONE = (1440, 900), (390, 844)
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLORS = ("color-contrast", "link-in-text-block")  # all that differs in the dark
CHECKS = {
    "dark": {"runOnly": {"type": "rule", "values": list(COLORS)}, "resultTypes": ["violations"]},
    "light": {"runOnly": {"type": "tag", "values": list(STANDARDS)}, "resultTypes": ["violations"]},
}
SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.body.querySelectorAll('*')]
    .filter(box => box.getBoundingClientRect().right > width + 1 && !box.parentElement.closest('.pl-scroll'))
    .slice(0, 5).map(box => box.outerHTML.slice(0, 120))
    .concat(['scrolls to ' + document.documentElement.scrollWidth])
}"""


def look(page: Page, name: str) -> None:
    """Hold the page to WCAG 2.2 AA in light and dark, and to its width on a desk and on a phone; keep its pictures."""
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    for scheme, checks in CHECKS.items():
        page.emulate_media(color_scheme=scheme)
        violations = _violations(page, checks)
        assert not violations, f"{name}, {scheme}: {violations}"
        _picture(page, f"{name}-{scheme}")
    assert_no_sideways(page, f"{name} at {DESKTOP[0]}")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert_no_sideways(page, f"{name} at {PHONE[0]}")
    _picture(page, f"{name}-phone")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


def assert_no_sideways(page: Page, where: str) -> None:
    """Nothing but tables, tabs and segments may scroll sideways; what sticks out is named."""
    assert page.evaluate(SIDEWAYS) == [], where


def _violations(page: Page, checks: dict[str, Any]) -> list[str]:
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async checks => (await axe.run(checks)).violations", checks)
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        f" {[check['message'] for node in one['nodes'][:1] for check in node['any']]}"
        for one in found
    ]


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("PLUMBLINE_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
