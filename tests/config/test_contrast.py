"""The colors: every pair of text and ground, and of graphic and ground, keeps its WCAG 2 ratio in both themes."""

import re

import pytest

from config.ui.icons import STATIC

TEXT, GRAPHIC = 4.5, 3.0
GROUNDS_OF_TEXT = {
    "ink": ("surface", "canvas", "sunken", "raised", "hover", "accent-soft", "seq-0", "seq-1", "seq-2", "seq-3"),
    "ink-2": ("surface", "sunken", "raised", "hover", "canvas"),
    "ink-3": ("surface", "sunken", "canvas", "hover", "raised"),
    "accent-ink": ("surface", "sunken", "accent-soft"),
    "on-accent": ("accent", "accent-hover"),
    "on-fatal": ("fatal-fill",),
    "fatal": ("surface", "sunken", "fatal-soft", "canvas"),
    "warning": ("surface", "sunken", "warning-soft", "canvas"),
    "info": ("surface", "sunken", "info-soft", "canvas"),
    "pass": ("surface", "sunken", "pass-soft", "canvas"),
}
GRAPHICS_ON_SURFACE = (
    "accent", "fatal-fill", "warning-fill", "info-fill", "pass-fill", "field-line", "focus",
    "c1", "c2", "c3", "c4", "c5", "c6", "seq-4",
)  # fmt: skip
PAIRS = [(front, ground, TEXT) for front, grounds in GROUNDS_OF_TEXT.items() for ground in grounds]
PAIRS += [(front, "surface", GRAPHIC) for front in GRAPHICS_ON_SURFACE] + [("focus", "canvas", GRAPHIC)]


def blocks() -> dict[str, dict[str, str]]:
    """The tokens of the three blocks of tokens.css: light, dark, and dark as the device asks for it."""
    text = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    bodies = re.findall(r"\{([^{}]*--pl-canvas[^{}]*)\}", text)
    light, dark, auto = (dict(re.findall(r"--pl-([\w-]+):\s*([^;]+);", body)) for body in bodies)
    return {"light": light, "dark": dark, "auto": auto}


THEMES = blocks()


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb by WCAG 2."""
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(front: str, ground: str) -> float:
    high, low = sorted((luminance(front), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_the_published_ends():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "needed"), PAIRS)
def test_pairs_keep_their_ratio(theme, front, ground, needed):
    tokens = THEMES[theme]
    assert ratio(tokens[front], tokens[ground]) >= needed


def test_both_themes_name_the_same_colors():
    colors = {name for name, value in THEMES["light"].items() if value.startswith("#")}
    assert colors == {name for name, value in THEMES["dark"].items() if value.startswith("#")}


def test_the_device_gets_the_same_dark_as_the_person():
    assert THEMES["auto"] == THEMES["dark"]
