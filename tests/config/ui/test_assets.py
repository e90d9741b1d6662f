"""The static files: the sprite in step, vendored files as they were, no colors outside the tokens, no inline code."""

import hashlib
import re

import pytest

from config.ui.icons import SPRITE, STATIC
from config.ui.sprite import sprite

VENDOR = STATIC / "vendor"
TEMPLATES = STATIC.parent / "templates"
STYLES = sorted((STATIC / "css").glob("*.css"))


def test_the_sprite_is_made_from_the_icons_that_are_there():
    assert SPRITE.read_text(encoding="utf-8") == sprite()


def test_vendored_files_are_those_of_the_list_with_its_sums():
    rows = re.findall(r"^\| `([^*`]+)` \|.*`([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.M)
    served = {file for ending in ("js", "css", "woff2") for file in VENDOR.rglob(f"*.{ending}")}
    assert {VENDOR / name for name, _ in rows} == served
    for name, expected in rows:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name


@pytest.mark.parametrize("sheet", [*STYLES, *VENDOR.rglob("*.css")], ids=lambda file: file.name)
def test_every_file_a_stylesheet_names_is_shipped(sheet):
    for address in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8")):
        name = address.strip("\"'")
        if not name.startswith("data:"):
            assert (sheet.parent / name).is_file(), name


@pytest.mark.parametrize("sheet", [s for s in STYLES if s.name != "tokens.css"], ids=lambda file: file.name)
def test_colors_are_named_only_in_the_tokens(sheet):
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])", sheet.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda file: file.name)
def test_templates_hold_no_inline_code_or_style(template):
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"<style\b|\son[a-z]+=|javascript:", text) == []
    for style in re.findall(r'\sstyle="([^"]*)"', text):
        assert all(part.strip().startswith("--") for part in style.split(";") if part.strip()), style


@pytest.mark.parametrize("sheet", STYLES, ids=lambda file: file.name)
def test_stylesheets_use_only_tokens_that_exist(sheet):
    tokens = set(re.findall(r"(--pl-[\w-]+):", (STATIC / "css" / "tokens.css").read_text()))
    assert set(re.findall(r"var\((--pl-[\w-]+)\)", sheet.read_text(encoding="utf-8"))) <= tokens
