"""What the templates themselves must keep to."""

import re

from config.supervisor.paths import ROOT

TEMPLATES = ROOT / "templates"
# These filters write a grey dash as an element for what is missing, and an element would end the attribute.
UNSAFE = re.compile(r'\stitle="[^"<>]*\{\{[^}|"]+\|(?:money\w*|count|rate\d?|pct\d|share1|factor8|missing) \}\}')


def test_no_title_holds_the_element_of_a_missing_value() -> None:
    texts = {str(path.relative_to(TEMPLATES)): path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
    assert {name: found for name, text in texts.items() if (found := UNSAFE.findall(text))} == {}
