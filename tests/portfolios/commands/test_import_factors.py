from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portfolios.models import FactorFile, PublishedFactor
from tests.factories import SecurityFactory
from tests.portfolios import agencyfiles as agency

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit status, what was printed and what was complained of."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_factors", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_what_a_file_brought_is_printed(tmp_path: Path) -> None:
    path = agency.written(tmp_path, agency.ginnie_factor([agency.factor_line()]), "factorA1.txt")
    status, out, err = run(path)
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == (
        "factorA1.txt: Ginnie Mae I factor file, 2012-04: 1 factor of 1 pool; 1 added, 0 corrected, 0 same, 0 problems"
    )
    assert "Ginnie Mae rounds: 1 half up or truncated" in out


def test_the_same_file_again_says_that_it_was_imported_already(tmp_path: Path) -> None:
    path = agency.written(tmp_path, agency.ginnie_factor([agency.factor_line()]), "factorA1.txt")
    run(path)
    status, out, err = run(path)
    assert (status, err) == (0, "")
    assert out.startswith("factorA1.txt: imported already on ")
    assert "nothing changed" in out.splitlines()[0]


def test_problems_make_it_exit_1_and_are_printed(tmp_path: Path) -> None:
    path = agency.written(tmp_path, agency.gse_factor([{"Security Factor": "1.00000001"}]))
    status, out, _ = run(path)
    assert status == 1
    assert "  line 2: The factor is 1.00000001, above 1; it was kept exactly as published." in out


def test_a_file_that_cannot_be_read_exits_2_with_one_line_and_the_others_are_imported(tmp_path: Path) -> None:
    wrong = agency.written(tmp_path, "nothing of the kind\n", "wrong.txt")
    right = agency.written(tmp_path, agency.ginnie_factor([agency.factor_line()]), "right.txt")
    status, _, err = run(wrong, right, tmp_path / "absent.txt")
    assert status == 2
    first, second = err.splitlines()
    assert first.startswith("wrong.txt: The file is laid out as none of the agencies' files")
    assert second == "absent.txt: The file cannot be opened: No such file or directory."
    assert PublishedFactor.objects.count() == 1


def test_a_history_is_imported_for_a_named_pool(tmp_path: Path) -> None:
    security = SecurityFactory(name="Static 1", original_face=300_000)
    history = agency.freddie_history([("F20Q10000001", "202601", "300000.00", "0", "1", "359", "6.000", "", "")])
    path = agency.written(tmp_path, history)
    assert run(path)[0] == 2
    status, out, _ = run(path, "--pool", "Static 1", "--organization", security.organization.slug)
    assert status == 0
    assert "1 loan-month of 1 pool; 1 added" in out
    assert FactorFile.objects.get().security == security


def test_a_pool_that_is_not_there_is_named(tmp_path: Path) -> None:
    security = SecurityFactory()
    slug = security.organization.slug
    for arguments, words in (
        (("--pool", "X"), "both the pool and its organization"),
        (("--pool", "X", "--organization", "nobody"), "no organization"),
        (("--pool", "X", "--organization", slug), "add it first"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("import_factors", str(tmp_path / "file"), *arguments)
