import pytest
from django.template import Context, Template

from config.ui import meanings
from config.ui.icons import UnknownIcon
from diligence.domain.lifecycles import RunStatus, Severity
from loans.domain.lifecycles import TapeStatus
from portfolios.domain.lifecycles import BundleStatus


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("status", [*BundleStatus, *TapeStatus, *RunStatus])
def test_every_step_of_every_lifecycle_has_a_ring_and_a_word(status):
    shown = meanings.state_of(status)
    assert f"#{shown.mark}" in rendered("{% state status %}", status=status)
    assert shown.word in rendered("{% ring status %}", status=status)


@pytest.mark.parametrize("severity", Severity)
def test_severities_are_known_by_number_and_by_name(severity):
    assert meanings.severity_name(severity.value) == meanings.severity_name(severity.name.lower())


@pytest.mark.parametrize(
    "source", ["{% state 'asleep' %}", "{% sev 9 %}", "{% sev x %}", "{% grade 'E' %}", "{{ 'dire'|severity }}"]
)
def test_an_unknown_meaning_is_refused(source):
    with pytest.raises(meanings.UnknownMeaning):
        rendered(source, x=[])


def test_an_unknown_icon_is_refused():
    with pytest.raises(UnknownIcon, match="no-such-icon"):
        rendered("{% icon 'no-such-icon' %}")


def test_an_icon_alone_has_a_name_and_one_beside_a_word_is_silent():
    assert 'role="img" aria-label="Signed"' in rendered("{% icon 'pass' label='Signed' %}")
    assert 'aria-hidden="true"' in rendered("{% icon 'pass' %}")


def test_zero_findings_are_plain_and_grey():
    written = rendered("{% sevs 0 2 None %}")
    assert written.count("zero") == 2
    assert 'class="sev warning"' in written


def test_a_severity_with_a_count_says_both():
    assert rendered("{% sev 1 1234 %}").endswith("1,234 Fatal</span>")


def test_the_grade_bar_has_its_numbers_as_text_and_leaves_out_what_is_none():
    written = rendered("{% grades 1893 423 133 0 %}")
    assert 'aria-label="Grades: A 1,893, B 423, C 133, D 0"' in written
    assert '<i class="D"' not in written


@pytest.mark.parametrize(
    ("used", "cap", "standing"),
    [
        (9, 10, "ok"),
        (9.49, 10, "ok"),
        (9.5, 10, "near"),
        (10, 10, "near"),
        (10.01, 10, "over"),
        (0, 0, "ok"),
        (1, 0, "over"),
    ],
)
def test_a_limit_is_near_from_95_percent_and_over_past_it(used, cap, standing):
    assert meanings.verdict_on(used, cap) == standing
    assert f"pl-limit {standing}" in rendered("{% limit used cap %}", used=used, cap=cap)
    word = {"ok": "Met", "near": "Near", "over": "Over"}[standing]
    assert rendered("{% limit_result used cap %}", used=used, cap=cap).endswith(f"{word}</span>")


def test_past_an_advice_a_limit_warns() -> None:
    said = rendered("{% limit_result 14 13 True %}")
    assert 'class="sev warning"' in said
    assert said.endswith("Over</span>")
    assert 'class="pl-limit over advice"' in rendered("{% limit 14 13 True %}")


@pytest.mark.parametrize(("share", "width"), [(0.59, "59.00"), (1.7, "100.00"), (-1, "0.00"), (None, "0.00")])
def test_a_bar_stays_between_nothing_and_its_whole_width(share, width):
    assert f"--w:{width}%" in rendered("{% bar share %}", share=share)


def test_a_name_is_escaped_and_whole_in_its_title():
    written = rendered("{% named 'draft' name '/b/1' 'B-1' %}", name='A & "B" <i>')
    assert 'title="A &amp; &quot;B&quot; &lt;i&gt;"' in written
    assert '<span class="text-nowrap">Draft</span> · <span class="text-nowrap">B-1</span>' in written
