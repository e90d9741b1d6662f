"""The rules page is generated, complete and in step; a broken rule fails `manage.py check`."""

import io

import pytest
from django.core.management import call_command

from diligence import checks
from diligence.domain.rulebook import BrokenRulebook, shipped_rulebook


def test_the_page_that_is_checked_in_is_up_to_date():
    call_command("rules_docs", "--check")


def test_the_page_names_every_rule_with_its_source(tmp_path):
    path = tmp_path / "rules.md"
    call_command("rules_docs", out=path, stdout=io.StringIO())
    page = path.read_text(encoding="utf-8")
    for rule in shipped_rulebook().rules:
        assert f"### {rule.code} {rule.title}" in page
        assert rule.source in page


def test_a_page_that_is_out_of_date_is_told(tmp_path):
    path = tmp_path / "rules.md"
    path.write_text("old", encoding="utf-8")
    err = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rules_docs", "--check", out=path, stderr=err)
    assert ended.value.code == 1
    assert "out of date" in err.getvalue()


def test_the_rulebook_that_ships_is_sound():
    assert checks.rulebook_is_sound(None) == []


def test_each_mistake_of_a_broken_rulebook_is_an_error(monkeypatch):
    def broken():
        raise BrokenRulebook(["a.toml: A-1: fires: unknown name x", "a.toml: A-2: title is blank"])

    monkeypatch.setattr(checks, "shipped_rulebook", broken)
    assert [error.msg for error in checks.rulebook_is_sound(None)] == [
        "a.toml: A-1: fires: unknown name x",
        "a.toml: A-2: title is blank",
    ]
