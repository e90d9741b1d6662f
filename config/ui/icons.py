"""The icon sprite: vendored Lucide icons and Plumbline's own marks in one file, `static/icons.svg`.

`python -m config.ui.icons` writes the sprite again after an icon was added; a test keeps the two in step.
"""

import re
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.ui.registry import register

STATIC = Path(__file__).resolve().parents[2] / "static"
SPRITE = STATIC / "icons.svg"
LUCIDE = STATIC / "vendor" / "lucide"
MARKS = STATIC / "marks"
OUTLINE_MARKS = frozenset({"logo"})
SIZES = {"": "i", "sm": "i i-sm", "lg": "i i-lg"}


class UnknownIcon(ValueError):
    """A template names an icon that the sprite does not hold."""


@register.simple_tag
def icon(name: str, label: str = "", size: str = "", tone: str = "") -> SafeString:
    """One icon of the sprite: hidden from screen readers beside a word, or an image with a `label` of its own.

    `size` is "", "sm" (14 px) or "lg" (20 px); `tone` colors it as a text tone such as "fatal" or "mut".
    """
    if name not in names():
        raise UnknownIcon(f'No icon "{name}". Add its file to static/vendor/lucide and run python -m config.ui.icons.')
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


def sprite() -> str:
    """The text of the sprite, one symbol a line, sorted by name."""
    files = sorted([*LUCIDE.glob("*.svg"), *MARKS.glob("*.svg")], key=lambda file: file.stem)
    symbols = "\n".join(_symbol(file) for file in files)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">'
        f"<!-- Lucide (ISC, see vendor/lucide/LICENSE) and Plumbline's own marks -->\n{symbols}\n</svg>\n"
    )


def _symbol(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    opening = re.search(r"<svg\b[^>]*>", text)
    view_box = re.search(r'viewBox="([^"]+)"', text)
    if opening is None or view_box is None:
        raise ValueError(f"{file.name} is not an SVG with a viewBox.")
    body = " ".join(text[opening.end() : text.rindex("</svg>")].split())
    return f'<symbol id="{file.stem}" viewBox="{view_box[1]}">{body}</symbol>'


if __name__ == "__main__":
    SPRITE.write_text(sprite(), encoding="utf-8")
