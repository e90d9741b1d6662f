from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template

from config.ui.blocks import initials


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_a_verdict_holds_its_sentence_and_one_link():
    written = rendered(
        "{% verdict 'fatal' link='See' url='/x' %}<strong>Not ready.</strong> {{ name }}{% endverdict %}", name="<b>"
    )
    assert "tone-fatal" in written
    assert '<strong>Not ready.</strong> &lt;b&gt;</span><a href="/x">See</a>' in written


def test_a_strip_holds_figures_with_formatted_values():
    written = rendered("{% strip %}{% figure 'UPB' upb|money_short note='2 loans' %}{% endstrip %}", upb=1e9)
    assert '<dl class="pl-strip"><div><dt>UPB</dt><dd><span title="$1,000,000,000.00">$1.00B</span>' in written
    assert "<small>2 loans</small>" in written


def test_the_last_step_of_the_path_is_the_page_itself():
    assert rendered("{% crumb 'Bundles' '/b' %}{% crumb 'B-1' %}") == (
        '<li><a href="/b">Bundles</a></li><li aria-current="page">B-1</li>'
    )


def test_a_segment_marks_where_one_is():
    items = [{"label": "All", "url": "?", "current": True, "count": 1641}, {"severity": 1, "url": "?s=1", "count": 41}]
    written = rendered("{% segment items 'Severity' %}", items=items)
    assert written.count("aria-current") == 1
    assert "1,641" in written
    assert "41 Fatal" in written


@pytest.mark.parametrize(
    ("shown", "total", "more"), [(50, 2486, "Show 50 more"), (2450, 2486, "Show 36 more"), (2486, 2486, None)]
)
def test_the_pager_offers_what_is_left(shown, total, more):
    written = rendered("{% pager '?after=50' shown total 'loans' '#loans' %}", shown=shown, total=total)
    assert f"{shown:,} of 2,486 loans" in written
    assert (more in written) if more else ("Show" not in written)


def test_a_timeline_tells_who_and_when_and_leaves_out_what_it_does_not_know():
    entries = [
        {"what": "Second sign-off", "waiting": True},
        {"who": "Priya Raman", "what": "signed", "at": datetime(2025, 9, 22, 16, 18, tzinfo=UTC), "tone": "pass"},
    ]
    written = rendered("{% timeline entries %}", entries=entries)
    assert "None" not in written
    assert "Sep 22, 2025, 4:18 PM" in written
    assert "tone-pass" in written


def test_an_open_signature_is_dashed_and_a_given_one_is_not():
    assert 'pl-sign open"' in rendered("{% sign_slot '' 'approver' %}")
    signed = rendered("{% sign_slot 'Ann Lee' 'reviewer' signed=True %}")
    assert 'class="pl-sign"' in signed
    assert 'aria-label="Signed"' in signed


@pytest.mark.parametrize(
    ("name", "letters"), [("Priya Raman", "PR"), ("Ann", "A"), ("Ann Mary de Vries", "AV"), ("", "")]
)
def test_initials(name, letters):
    assert initials(name) == letters


class FourFields(forms.Form):
    one = forms.CharField()
    two = forms.CharField()
    three = forms.CharField()
    four = forms.CharField(required=False)

    def clean(self) -> None:
        if "one" not in self.cleaned_data and self.data.get("strict"):
            raise forms.ValidationError("One decides.")


def test_more_than_three_errors_are_listed_with_links():
    assert rendered("{% error_list form %}", form=FourFields({})) == ""
    written = rendered("{% error_list form %}", form=FourFields({"strict": "1"}))
    assert written.count("<li>") == 4
    assert '<a href="#id_two">Two</a>' in written
    assert "One decides." in written
