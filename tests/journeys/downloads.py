"""Downloads of findings as a spreadsheet program meets them."""

import csv
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import fastexcel
from playwright.sync_api import Page

NUMBER = re.compile(r"[+-]?[\d,.]+%?")


def download(page: Page, label: str, folder: Path) -> Path:
    """Ask the open page for a download by its label in the export menu."""
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def rows_of_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as source:
        return list(csv.DictReader(source))


def rows_of_xlsx(path: Path) -> list[dict[str, str]]:
    """Every cell as text; a workbook that holds a formula is refused."""
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    frame = fastexcel.read_excel(path).load_sheet("Findings", dtypes="string").to_polars()
    return [{key: value or "" for key, value in row.items()} for row in frame.iter_rows(named=True)]


def formulas(rows: Iterable[dict[str, str]]) -> list[str]:
    """Cells that a spreadsheet would run."""
    cells = [cell for row in rows for cell in row.values()]
    return [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not NUMBER.fullmatch(cell)]
