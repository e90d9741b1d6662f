"""Static files are collected once, also where several start together in one folder."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from config import staticfiles


def test_of_several_that_start_together_one_collects(tmp_path, settings, monkeypatch):
    settings.STATIC_ROOT = tmp_path / "not" / "yet" / "static"
    together, collected = Barrier(4), []
    monkeypatch.setattr(staticfiles, "call_command", lambda *names, **options: collected.append(names))
    monkeypatch.setattr(staticfiles, "fingerprint", lambda: f"state{together.wait() * 0}")
    with ThreadPoolExecutor(4) as starts:
        answers = list(starts.map(lambda _: staticfiles.collect_if_changed(), range(4)))
    assert (sorted(answers), collected) == ([False, False, False, True], [("collectstatic",)])


def test_it_collects_again_once_a_file_has_changed(tmp_path, settings, monkeypatch):
    settings.STATIC_ROOT = tmp_path / "static"
    monkeypatch.setattr(staticfiles, "call_command", lambda *names, **options: None)
    for state, expected in (("first", True), ("first", False), ("second", True)):
        monkeypatch.setattr(staticfiles, "fingerprint", lambda state=state: state)
        assert staticfiles.collect_if_changed() is expected
