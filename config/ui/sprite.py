"""Makes the icon sprite from the vendored Lucide icons and Plumbline's own marks; a test keeps the file in step.

`python -m config.ui.sprite` writes it again after an icon was added.
"""

import re
from pathlib import Path

from config.ui.icons import MARKS, SPRITE, STATIC

LUCIDE = STATIC / "vendor" / "lucide"


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
