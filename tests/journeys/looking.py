"""Looking at a page as a person, a phone and a screen reader do."""

import os
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

MET: dict[str, set[int]] = {}  # by scheme, hashes of the texts whose contrast this process has measured
DESKTOP, PHONE = (1440, 900), (390, 844)
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLORS = ("color-contrast", "link-in-text-block")  # all that differs in the dark
SCHEMES = ("dark", "light")
# What axe does not have to do again. Of the rows of a list that are built alike it is shown three. Contrast takes nine
# tenths of its time: it is measured on texts whose elements, classes and states, all the way up, are new to a process.
# What it would load before is for rules about sound and turned screens, of which there is none here.
AXE = """async ({standards, colors, met}) => {
  const quickly = {resultTypes: ['violations'], preload: false}
  const told = /^(href|id|for|name|value|title|src|action|style|datetime|hx-.*|aria-(label.*|describedby|controls))$/
  const said = box => box.getAttributeNames().map(name => told.test(name) ? name : name + box.getAttribute(name))
  const state = box => [box.tagName, box.matches(':checked'), box.matches(':disabled'), ...said(box)].join(' ')
  const built = row => [row, ...row.querySelectorAll('*')].map(state).join('>')
  const known = new Map([[null, 0]])
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
    const texts = [...document.body.querySelectorAll('*')].filter(box => hasText(box) && box.checkVisibility())
    const fresh = new Map(texts.map(box => [path(box), box]).filter(([hash]) => !met.includes(hash)))
    const runs = standards ? [await axe.run({runOnly: standards, rules: Object.fromEntries(
      colors.map(rule => [rule, {enabled: false}])), ...quickly})] : []
    if (fresh.size) runs.push(await axe.run(
      {include: [...fresh.values()]}, {runOnly: {type: 'rule', values: colors}, ...quickly}))
    return [runs.flatMap(run => run.violations), [...fresh.keys()]]
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
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        wrong = violations(page, scheme)
        assert not wrong, f"{name}, {scheme}: {wrong}"
        _picture(page, f"{name}-{scheme}")
    assert_no_sideways(page, f"{name} at {DESKTOP[0]}")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert_no_sideways(page, f"{name} at {PHONE[0]}")
    _picture(page, f"{name}-phone")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


def assert_no_sideways(page: Page, where: str) -> None:
    """Nothing but tables, tabs and segments may scroll sideways; what sticks out is named."""
    assert page.evaluate(SIDEWAYS) == [], where


def violations(page: Page, scheme: str) -> list[str]:
    """All that is wrong in the light; in the dark only colors differ."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    met = MET.setdefault(scheme, set())
    standards = list(STANDARDS) if scheme == "light" else None
    found, fresh = page.evaluate(AXE, {"standards": standards, "colors": list(COLORS), "met": list(met)})
    met.update(fresh)
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
