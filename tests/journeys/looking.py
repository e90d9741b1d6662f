"""Looking at a page as a person, a phone and a screen reader do."""

import os
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

MET: dict[str, str] = {}  # by scheme, hashes of the texts and targets that this process has measured
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLORS = ("color-contrast", "link-in-text-block")  # all that differs in the dark
MEASURED = {"dark": COLORS, "light": (*COLORS, "target-size")}  # once for boxes that are built alike
SCHEMES = ("dark", "light")
# What axe does not have to do again. Of the rows of a list that are built alike it is shown three. Measuring contrast
# and targets takes most of its time: that is done where elements, classes and states, all the way up, are new to it.
# What it would load before is for rules about sound and turned screens, of which there is none here.
AXE = """async ({standards, measured, met}) => {
  const quickly = {resultTypes: ['violations'], preload: false}
  const told = /^(href|id|for|name|value|title|src|action|style|datetime|hx-.*|aria-(label.*|describedby|controls))$/
  const said = box => box.getAttributeNames().map(name => told.test(name) ? name : name + box.getAttribute(name))
  const state = box => [box.tagName, box.matches(':checked'), box.matches(':disabled'), ...said(box)].join(' ')
  const built = row => [row, ...row.querySelectorAll('*')].map(state).join('>')
  const known = new Map([[null, 0]])
  const old = new Set(met.split(' ').map(Number))
  const path = box => {
    if (!known.has(box)) known.set(box, [...state(box)].reduce(
      (hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0) | 0, path(box.parentElement)))
    return known.get(box)
  }
  const hasText = box => [...box.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  const folded = [...document.querySelectorAll('tbody, ul, ol')].flatMap(list => {
    const rows = {}
    return [...list.children].filter(row => !row.hidden && (rows[built(row)] = (rows[built(row)] || 0) + 1) > 3)
  })
  folded.forEach(row => { row.hidden = true })
  try {
    const boxes = [...document.body.querySelectorAll('*')].filter(
      box => (hasText(box) || box.matches('a, button, input, select, textarea, summary, [tabindex], [role]'))
        && box.checkVisibility())
    const fresh = new Map(boxes.map(box => [path(box), box]).filter(([hash]) => !old.has(hash)))
    const runs = standards ? [await axe.run({runOnly: standards, rules: Object.fromEntries(
      measured.map(rule => [rule, {enabled: false}])), ...quickly})] : []
    if (fresh.size) runs.push(await axe.run(
      {include: [...fresh.values()]}, {runOnly: {type: 'rule', values: measured}, ...quickly}))
    return [runs.flatMap(run => run.violations), [...fresh.keys()].join(' ')]
  } finally {
    folded.forEach(row => { row.hidden = false })
  }
}"""
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
    resize(page, DESKTOP)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        wrong = violations(page, scheme)
        assert not wrong, f"{name}, {scheme}: {wrong}"
        _picture(page, f"{name}-{scheme}")
    assert_no_sideways(page, f"{name} at {DESKTOP['width']}")
    resize(page, PHONE)
    assert_no_sideways(page, f"{name} at {PHONE['width']}")
    _picture(page, f"{name}-phone")
    resize(page, DESKTOP)


def resize(page: Page, size: ViewportSize) -> None:
    """Give the window a width and a height in pixels, unless it has them: the page is drawn anew for it."""
    if page.viewport_size != size:
        page.set_viewport_size(size)


def assert_no_sideways(page: Page, where: str) -> None:
    """Nothing but tables, tabs and segments may scroll sideways; what sticks out is named."""
    assert page.evaluate(SIDEWAYS) == [], where


def violations(page: Page, scheme: str) -> list[str]:
    """All that is wrong in the light; in the dark only colors differ."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    standards = list(STANDARDS) if scheme == "light" else None
    asked = {"standards": standards, "measured": list(MEASURED[scheme]), "met": MET.get(scheme, "")}
    found, fresh = page.evaluate(AXE, asked)
    MET[scheme] = f"{MET.get(scheme, '')} {fresh}"
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
