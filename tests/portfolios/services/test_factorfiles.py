"""Importing the agencies' files: exactly, once, in any order, corrections as versions."""

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from portfolios.domain.factorfiles.lifecycle import FileStatus
from portfolios.models import FactorFile, PublishedFactor, PublishedPool
from portfolios.services.factorfiles import Unreadable, factors, import_file
from tests.factories import SecurityFactory
from tests.portfolios import agencyfiles as agency

pytestmark = pytest.mark.django_db


def take(path: Path, **others) -> FactorFile:
    return import_file(path=path, name=path.name, by=None, at=timezone.now(), **others)


def take_text(folder: Path, text: str, name: str = "file.txt", **others) -> FactorFile:
    return take(agency.written(folder, text, name), **others)


def versions(number: str) -> list[tuple[int, int, bool, str]]:
    rows = PublishedFactor.objects.filter(pool__pool_number=number).order_by("month", "version")
    return [(row.month.month, row.version, row.latest, str(row.factor)) for row in rows]


def test_a_factor_file_becomes_pools_and_factors_to_the_digit(tmp_path):
    lines = [
        agency.factor_line(),
        agency.factor_line(pool="000281", issued="100173", matures="011513", factor=6385705, cusip=agency.cusip(2)),
    ]
    file = take_text(tmp_path, agency.ginnie_factor(lines))
    assert (file.layout, file.month, file.rows, file.added) == ("gnma_factor_1", date(2012, 4, 1), 2, 2)
    assert file.published_on == date(2012, 4, 5)
    pool = PublishedPool.objects.get(pool_number="AA1001")
    assert (pool.program, pool.prefix, pool.cusip) == ("ginnie_i", "SF", agency.cusip(1))
    assert (pool.original_face, pool.coupon) == (Decimal("1000000.00"), Decimal("3.5"))
    factor = pool.factors.get()
    assert (str(factor.factor), factor.balance) == ("0.63250000", Decimal("632500.00"))
    old = PublishedPool.objects.get(pool_number="000281")
    assert (old.issued_on, old.matures_on) == (date(1973, 10, 1), date(2013, 1, 15))
    assert str(old.factors.get().factor) == "0.06385705"


def test_the_same_bytes_are_imported_once_and_the_same_values_are_no_version(tmp_path):
    text = agency.ginnie_factor([agency.factor_line()])
    first = take_text(tmp_path, text)
    assert take_text(tmp_path, text) == first
    again = take_text(tmp_path, text + "\n")
    assert (again.added, again.corrected, again.same) == (0, 0, 1)
    assert versions("AA1001") == [(4, 1, True, "0.63250000")]


def test_another_value_is_a_new_version_and_the_first_stays(tmp_path):
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line()], day="120405"))
    file = take_text(tmp_path, agency.ginnie_factor([agency.factor_line(factor=63_200_000)], day="120409"))
    assert (file.added, file.corrected) == (0, 1)
    assert versions("AA1001") == [(4, 1, False, "0.63250000"), (4, 2, True, "0.63200000")]


def test_the_first_file_imported_after_its_correction_does_not_count(tmp_path):
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line(factor=63_200_000)], day="120409"))
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line()], day="120405"))
    assert versions("AA1001") == [(4, 1, True, "0.63200000"), (4, 2, False, "0.63250000")]


def test_months_come_in_any_order_and_terms_are_those_of_the_newest(tmp_path):
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line(factor=50_000_000, issuer="NEW NAME")], day="120605"))
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line(issuer="OLD NAME")], day="120405"))
    assert versions("AA1001") == [(4, 1, True, "0.63250000"), (6, 1, True, "0.50000000")]
    assert PublishedPool.objects.get().issuer == "NEW NAME"


def test_a_reissue_of_an_older_month_leaves_later_months_alone(tmp_path):
    for day, factor in (("120405", 63_250_000), ("120504", 62_000_000), ("120511", None)):
        changes = {"factor": factor} if factor else {"factor": 61_000_000}
        take_text(tmp_path, agency.ginnie_factor([agency.factor_line(**changes)], day=day))
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line(factor=63_240_000)], day="120412"))
    assert [row for row in versions("AA1001") if row[2]] == [(4, 2, True, "0.63240000"), (5, 2, True, "0.61000000")]


def test_the_correction_indicator_counts_where_no_day_is_known(tmp_path):
    take_text(
        tmp_path, agency.gse_factor([{"Security Factor": "0.63240000", "Security Data Correction Indicator": "Y"}])
    )
    take_text(tmp_path, agency.gse_factor([{"Security Factor": "0.63250000"}]))
    assert versions("ZZ0001") == [(8, 1, True, "0.63240000"), (8, 2, False, "0.63250000")]
    assert PublishedFactor.objects.get(latest=True).correction


def test_a_second_file_of_a_month_completes_the_first(tmp_path):
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line()]))
    summary = {
        "Pool ID": "AA1001", "Pool Indicator": "X", "Pool Type": "SF", "RPB Factor": "0.63250000",
        "CUSIP Number": agency.cusip(1), "Issue Date": "20120301", "Original Aggregate Amount": "1000000.00",
        "Remaining Security RPB": "632500.00", "Number of loans in pool": "7", "WA Interest Rate (WAC)": "4.000",
        "WA Remaining Months to Maturity (WARM)": "350", "WA Loan Age (WALA)": "9",
    }  # fmt: skip
    file = take_text(tmp_path, agency.pool_summary([summary]))
    assert (file.layout, file.month, file.same, file.corrected) == ("gnma_sfps", date(2012, 4, 1), 1, 0)
    factor = PublishedFactor.objects.get()
    assert (factor.version, factor.loan_count, factor.wam, factor.wala) == (1, 7, 350, 9)
    assert factor.wac == Decimal("4")


@pytest.mark.parametrize(("header", "width", "former"), [(True, 98, False), (True, 96, True), (False, 98, False)])
def test_security_factor_files_with_and_without_header_and_with_former_names(tmp_path, header, width, former):
    rows = [{}, {"Security Identifier": "ZZ0002", "Issuer": "FRE", "Payment Delay Days": "45"}]
    file = take_text(tmp_path, agency.gse_factor(rows, header=header, width=width, former=former))
    assert (file.layout, file.rows, file.problem_count) == ("gse_factor", 2, 0)
    factor = PublishedFactor.objects.get(pool__pool_number="ZZ0001")
    assert (factor.wac, factor.wam, factor.wala, factor.loan_count) == (Decimal("4.25"), 280, 77, 5)
    assert factor.pool.program == "fannie_mae"
    assert PublishedPool.objects.get(pool_number="ZZ0002").program == "freddie_gold"
    assert "WA Classic FICO" not in factor.fields


def test_a_paid_off_security_keeps_its_coupon_and_its_program(tmp_path):
    take_text(tmp_path, agency.gse_factor([{"Issuer": "FRE"}]))
    ended = {
        "Issuer": "FRE", "Security Factor Date": "092026", "Security Factor": "0.00000000", "Payment Delay Days": "",
        "Security Status Indicator": "P", "WA Net Interest Rate": "0.000", "Current Investor Security UPB": "0.00",
    }  # fmt: skip
    file = take_text(tmp_path, agency.gse_factor([ended]))
    pool = PublishedPool.objects.get()
    assert (pool.program, pool.status, pool.coupon, file.added) == ("freddie_umbs", "P", Decimal("3.5"), 1)


def test_a_security_first_seen_when_paid_off_is_one_pool_with_its_older_months(tmp_path):
    ended = {
        "Issuer": "FRE", "Security Factor Date": "092026", "Security Factor": "0.00000000", "Payment Delay Days": "",
        "Security Status Indicator": "P", "WA Net Interest Rate": "0.000", "Current Investor Security UPB": "0.00",
    }  # fmt: skip
    take_text(tmp_path, agency.gse_factor([ended]))
    assert PublishedPool.objects.get().program == "freddie_other"
    take_text(tmp_path, agency.gse_factor([{"Issuer": "FRE"}]))
    pool = PublishedPool.objects.get()
    assert (pool.program, pool.delay_days, pool.status, pool.factors.count()) == ("freddie_umbs", 55, "P", 2)


def test_a_factor_outside_0_to_1_is_kept_and_said(tmp_path):
    rows = [{"Security Factor": "1.00000001"}, {"Security Identifier": "ZZ0002", "Security Factor": "-0.10000000"}]
    file = take_text(tmp_path, agency.gse_factor(rows))
    assert sorted(str(row.factor) for row in PublishedFactor.objects.all()) == ["-0.10000000", "1.00000001"]
    assert [problem["line"] for problem in file.problems] == [2, 3]
    assert "above 1; it was kept exactly as published" in file.problems[0]["sentence"]


def test_lines_that_cannot_be_taken_are_named_with_their_number(tmp_path):
    rows = [{"Security Factor": "0.632500001"}, {"Security Identifier": ""}, {"Security Identifier": "ZZ0003"}]
    text = agency.gse_factor(rows) + "too|short\n"
    file = take_text(tmp_path, text)
    assert file.rows == 1
    told = {(problem["line"], problem["field"]) for problem in file.problems}
    assert told == {(2, "Security Factor"), (3, "Security Identifier"), (5, "")}


def test_a_pool_twice_in_a_file_is_kept_once(tmp_path):
    file = take_text(tmp_path, agency.ginnie_factor([agency.factor_line(), agency.factor_line(factor=1)]))
    assert versions("AA1001") == [(4, 1, True, "0.63250000")]
    assert "twice" in file.problems[0]["sentence"]
    assert file.problems[0]["line"] == 4


def test_lines_without_a_factor_are_counted_and_no_problem(tmp_path):
    blank = agency.factor_line(pool="SP0001", kind="SP", factor=" " * 9, balance=" " * 15)
    file = take_text(tmp_path, agency.ginnie_factor([agency.factor_line(), blank]))
    assert (file.rows, file.without_factor, file.problem_count) == (1, 1, 0)


def test_rounding_rules_are_tallied_by_issuer(tmp_path):
    third = {"Issuance Investor Security UPB": "3.00", "Current Investor Security UPB": "2.00"}
    rows = [
        {"Security Factor": "0.66666667", "Current Investor Security UPB": "666666.67"},
        third | {"Security Identifier": "ZZ0002", "Security Factor": "0.66666667"},
        third | {"Security Identifier": "ZZ0003", "Security Factor": "0.66666666", "Issuer": "FRE"},
    ]
    file = take_text(tmp_path, agency.gse_factor(rows))
    assert file.rounding == {"Fannie Mae": {"half up": 1, "half up or truncated": 1}, "Freddie Mac": {"truncated": 1}}


def test_a_packed_file_is_unpacked(tmp_path):
    path = tmp_path / "factorA1.txt.gz"
    path.write_bytes(gzip.compress(agency.ginnie_factor([agency.factor_line()]).encode()))
    assert take(path).rows == 1


HOSTILE = {
    "empty": (b"", "empty"),
    "binary": (b"\x00\x01\x02" * 100, "binary"),
    "PDF": (b"%PDF-1.7 and so on", "PDF"),
    "cut off": (gzip.compress(b"x" * 100_000)[:60], "damaged or was cut off"),
    "another file": (b"a,b,c\n1,2,3\n", "none of the agencies' files"),
    "endless line": (b"A" * 200_000, "more than 65,536 characters"),
    "no header": (agency.ginnie_factor([agency.factor_line()], header=False).encode(), "header lines"),
    "no such day": (b"HP|209913|20990101\n", "none"),
    "liquidations": (b"HH|202608|20260907\n", "liquidations"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_none_is_refused_in_one_sentence_and_leaves_nothing(tmp_path, kind):
    content, words = HOSTILE[kind]
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refusal:
        take(path)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not FactorFile.objects.exists()


def test_an_import_that_ends_in_the_middle_leaves_nothing(tmp_path, monkeypatch):
    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(factors, "_classify", killed)
    text = agency.ginnie_factor([agency.factor_line()])
    with pytest.raises(KeyboardInterrupt):
        take_text(tmp_path, text)
    assert not FactorFile.objects.exists()
    assert not PublishedPool.objects.exists()
    monkeypatch.undo()
    assert take_text(tmp_path, text).added == 1


def test_pools_that_are_followed_are_brought_up_to_date(tmp_path):
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line()], day="120405"))
    terms = {"issued_on": date(2012, 3, 1), "matures_on": date(2042, 3, 15)}
    security = SecurityFactory(program="ginnie_i", published=PublishedPool.objects.get(), **terms)
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line(factor=62_000_000)], day="120504"))
    security.refresh_from_db()
    assert (security.month, security.factor) == (date(2012, 5, 1), Decimal("0.62"))


def test_no_row_reaches_the_database_as_something_it_would_refuse(tmp_path):
    """Cells that PostgreSQL would refuse, and quote in its log, are refused before."""
    rows = [
        {"Security Identifier": "A" * 21}, {"Security Identifier": "Q1", "Prefix": "TOOLONG"},
        {"Security Identifier": "Q2", "Loan Count": "99999999999"},
        {"Security Identifier": "Q3", "WA Loan Age": "40000"},
        {"Security Identifier": "Q4", "Issue Date": "13452020"},
        {"Security Identifier": "Q5", "Current Investor Security UPB": "1e400"},
        {"Security Identifier": 'Q"6', "Seller Name": 'A "quoted", \\ name'},
        {"Security Identifier": "Q7", "Security Factor": "NaN"},
    ]  # fmt: skip
    file = take_text(tmp_path, agency.gse_factor(rows))
    assert file.rows == 6
    assert file.status == FileStatus.IMPORTED
    assert PublishedFactor.objects.get(pool__pool_number='Q"6').fields["Seller Name"] == 'A "quoted", \\ name'


def test_imports_take_turns(tmp_path):
    take_text(tmp_path, agency.ginnie_factor([agency.factor_line()]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone()[0] >= 1


def test_the_agencys_own_name_tells_the_day_of_a_file_that_does_not(tmp_path):
    take_text(tmp_path, agency.gse_factor([{"Security Factor": "0.63240000"}]), name="Rfd260811.txt")
    file = take_text(tmp_path, agency.gse_factor([{"Security Factor": "0.63250000"}]), name="fd260806.txt")
    assert (file.published_on, file.correction) == (date(2026, 8, 6), False)
    assert versions("ZZ0001") == [(8, 1, True, "0.63240000"), (8, 2, False, "0.63250000")]
    assert PublishedFactor.objects.get(latest=True).file.correction


def test_a_misread_factor_is_no_line_without_one(tmp_path):
    file = take_text(tmp_path, agency.gse_factor([{"Security Factor": "none"}, {"Security Identifier": "ZZ0002"}]))
    assert (file.rows, file.without_factor, file.problem_count) == (1, 0, 1)


def test_a_pipe_behind_the_last_column_is_no_column(tmp_path):
    text = agency.gse_factor([{}], header=False).replace("\n", "|\n")
    assert take_text(tmp_path, text).problem_count == 0
