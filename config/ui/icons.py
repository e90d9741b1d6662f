"""The icon tag. It draws from one sprite file, `static/icons.svg`, that `python -m config.ui.sprite` makes."""

import re
from functools import cache, lru_cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.ui.registry import register

STATIC = Path(__file__).resolve().parents[2] / "static"
SPRITE = STATIC / "icons.svg"
MARKS = STATIC / "marks"
OUTLINE_MARKS = frozenset({"logo"})
SIZES = {"": "i", "sm": "i i-sm", "lg": "i i-lg"}


class UnknownIcon(ValueError):
    """A template names an icon that the sprite does not hold."""


@register.simple_tag
@lru_cache(maxsize=1000)  # pages draw the same forty again and again
def icon(name: str, label: str = "", size: str = "", tone: str = "") -> SafeString:
    """One icon of the sprite: hidden from screen readers beside a word, or an image with a `label` of its own.

    `size` is "", "sm" (14 px) or "lg" (20 px); `tone` colors it as a text tone such as "fatal" or "mut".
    """
    if name not in names():
        raise UnknownIcon(f'No icon "{name}". Add its file to static/vendor/lucide and run python -m config.ui.sprite.')
    classes = " ".join(part for part in (SIZES[size], "i-fill" if name in marks() else "", _tone_class(tone)) if part)
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', classes, spoken, static("icons.svg"), name)


def _tone_class(tone: str) -> str:
    return tone if tone in ("", "mut", "sub") else f"t-{tone}"


@cache
def names() -> frozenset[str]:
    """Every name the sprite holds."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


@cache
def marks() -> frozenset[str]:
    """Plumbline's own marks, which are filled shapes; Lucide icons are strokes."""
    return frozenset(file.stem for file in MARKS.glob("*.svg")) - OUTLINE_MARKS
