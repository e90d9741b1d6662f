"""Generated pages are in step with what they are made from."""

from pathlib import Path

from django.conf import settings

from config.management.commands import lifecycles_docs


def test_the_lifecycles_page_is_in_step() -> None:
    assert (Path(settings.BASE_DIR) / "docs" / "lifecycles.md").read_text(encoding="utf-8") == lifecycles_docs.text()


def test_every_lifecycle_is_drawn() -> None:
    for title, table in lifecycles_docs.LIFECYCLES.items():
        assert f"## {title}" in lifecycles_docs.text()
        assert all(lifecycles_docs.name(status) in lifecycles_docs.text() for status in table)
