"""Files from outside: bounds, packing, encodings, and lines that are not whole."""

import gzip
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from loans.domain.formats import Unreadable
from portfolios.domain.factorfiles import opened
from portfolios.domain.factorfiles.text import BOUNDS, MOST_PROBLEMS, Problems, counted, shown
from tests.portfolios import agencyfiles as agency


def frames(path: Path, folder: Path, **others):
    source = opened(path, folder, **others)
    return source, [row for frame in source.factors() for row in frame.iter_rows(named=True)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "scratch"
    made.mkdir()
    return made


def test_line_numbers_are_those_of_the_file_however_many_lines_are_left_out(tmp_path: Path, folder: Path) -> None:
    lines = agency.gse_factor([{"Security Identifier": f"Z{n}"} for n in range(4)]).splitlines()
    text = "\n".join([lines[0], lines[1], "broken|line", "", lines[2], lines[3] + "|more", lines[4]]) + "\n"
    source, rows = frames(agency.written(tmp_path, text), folder)
    assert [(row["pool_number"], row["line"]) for row in rows] == [("Z0", 2), ("Z1", 5), ("Z3", 7)]
    assert [problem["line"] for problem in source.problems.listed] == [3, 6]


def test_a_file_that_was_cut_off_loses_its_last_line_only(tmp_path: Path, folder: Path) -> None:
    text = agency.ginnie_factor([agency.factor_line(), agency.factor_line(pool="AA1002")])
    source, rows = frames(agency.written(tmp_path, text[:-40]), folder)
    assert [row["pool_number"] for row in rows] == ["AA1001"]
    assert "has 132 characters" in source.problems.listed[0]["sentence"]


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
@pytest.mark.parametrize("kind", ["ginnie", "gse", "summary"])
def test_line_endings_of_windows(tmp_path: Path, folder: Path, ending: str, kind: str) -> None:
    texts = {
        "ginnie": agency.ginnie_factor([agency.factor_line()]),
        "gse": agency.gse_factor([{"WA Updated VS4": "700"}]),
        "summary": agency.pool_summary([{"Pool ID": "AA1001", "RPB Factor": "0.63250000", "Social Indicator": "N"}]),
    }
    source, rows = frames(agency.written(tmp_path, texts[kind].replace("\n", ending)), folder)
    assert source.problems.total == 0
    assert [str(row["factor"]) for row in rows] == ["0.63250000"]


def test_names_with_accents_in_whatever_encoding(tmp_path: Path, folder: Path) -> None:
    text = agency.ginnie_factor([agency.factor_line(issuer="CAJA DE AHORRO SEÑORIAL")])
    for number, encoding in enumerate(("utf-8", "utf-8-sig", "cp1252")):
        path = tmp_path / f"{number}"
        path.write_bytes(text.encode(encoding))
        _, rows = frames(path, folder)
        assert rows[0]["issuer"] == "CAJA DE AHORRO SEÑORIAL"


def test_a_zip_with_one_file_is_unpacked_and_one_with_two_is_not(tmp_path: Path, folder: Path) -> None:
    text = agency.ginnie_factor([agency.factor_line()])
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("factorA1.txt", text)
    assert len(frames(path, folder)[1]) == 1
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("factorA2.txt", text)
    with pytest.raises(Unreadable, match="holds 2 files"):
        opened(path, folder)


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b" " * 60_000_000))
    with pytest.raises(Unreadable, match="times its size"):
        opened(path, folder)


def test_bounds_of_bytes_and_lines(tmp_path: Path, folder: Path) -> None:
    path = agency.written(tmp_path, agency.ginnie_factor([agency.factor_line()] * 3))
    with pytest.raises(Unreadable, match="more than 100 bytes"):
        opened(path, folder, bounds=replace(BOUNDS, max_bytes=100))
    with pytest.raises(Unreadable, match="at most 4 are read"):
        opened(path, folder, bounds=replace(BOUNDS, max_rows=4))


@pytest.mark.parametrize(("length", "fits"), [(65_536, True), (65_537, False)])
def test_the_longest_line(tmp_path: Path, length: int, fits: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"short\n" + b"x" * length + b"\nshort\n")
    if fits:
        assert counted(path).lines == 3
    else:
        with pytest.raises(Unreadable, match="A line of the file has more than"):
            counted(path)


def test_only_the_first_problems_are_listed_and_all_are_counted() -> None:
    problems = Problems()
    for line in range(MOST_PROBLEMS + 5):
        problems.add(line, "", "wrong")
    assert (len(problems.listed), problems.total) == (MOST_PROBLEMS, MOST_PROBLEMS + 5)


def test_what_a_sentence_quotes_is_short_and_printable() -> None:
    assert shown("a\x1b[31mb") == "a?[31mb"
    assert shown("x" * 100) == "x" * 40 + "…"
