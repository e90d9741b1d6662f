"""Files as the agencies write them, invented: fixed-width and pipe-delimited lines from a few figures."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from portfolios.domain.factorfiles.layouts import layouts

POOL = {
    "pool": "AA1001", "indicator": "X", "number": "1234", "issuer": "INVENTED MORTGAGE LLC", "face": 100_000_000,
    "balance": 63_250_000, "factor": 63_250_000, "rate": 3500, "kind": "SF", "issued": "030112", "matures": "031542",
    "tail": " " * 32,
}  # fmt: skip


def check_digit(eight: str) -> str:
    """The CUSIP with its check digit, by the textbook and not by the code that is tested."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#"
    doubled = [alphabet.index(sign) * (2 if place % 2 else 1) for place, sign in enumerate(eight)]
    return eight + str((10 - sum(int(figure) for number in doubled for figure in str(number)) % 10) % 10)


def cusip(number: int) -> str:
    return check_digit(f"3617{number:04d}")


def factor_line(**changes: object) -> str:
    """A line of 171 characters; amounts in cents, factor in 1e-8, rate in 1e-3."""
    row = POOL | {"cusip": cusip(1)} | changes
    return (
        f"{row['pool']:<6}{row['indicator']}{row['number']:>4} {row['issuer']:<60}{row['face']:0>15}"
        f"{row['balance']:0>15}{row['factor']:0>9}{row['rate']:0>5}{row['kind']:<2}{row['issued']}{row['matures']}"
        f"{row['tail']}{row['cusip']:<9}"
    )


def ginnie_factor(lines: Iterable[str], day: str = "120405", program: str = "I", header: bool = True) -> str:
    """A Ginnie Mae factor file published on a day, YYMMDD."""
    head = f"HDR.S81106.E00.CGNMA.S9998 {day[2:]}{day[:2]}\nGNMA {program:<4} UPDATE 01     120329  {day}\n"
    return (head if header else "") + "".join(f"{line}\n" for line in lines)


def pool_summary(rows: Iterable[dict[str, str]], period: str = "201203", day: str = "20120409") -> str:
    """A monthly pool summary: rows give columns by the layout's names."""
    names = [column.name for column in layouts()["gnma_sfps"].columns]
    lines = ["|".join(["PS", *(row.get(name, "") for name in names[1:])]) for row in rows]
    return "\n".join([f"HP|{period}|{day}", *lines, f"TP|{period}|{day}|{len(lines)}"]) + "\n"


SECURITY = {
    "Prefix": "CL", "Security Identifier": "ZZ0001", "Security Factor Date": "082026", "Security Factor": "0.63250000",
    "Payment Delay Days": "55", "Security Data Correction Indicator": "N", "Security Status Indicator": "A",
    "Issuer": "FNM", "Issue Date": "03012020", "Maturity Date": "032050",
    "Issuance Investor Security UPB": "1000000.00", "Current Investor Security UPB": "632500.00",
    "WA Net Interest Rate": "3.500", "WA Current Interest Rate": "4.250", "WA Loan Age": "77",
    "WA Current Remaining Months to Maturity": "280", "Loan Count": "5", "WA Classic FICO": "9999",
    "Involuntary Loan Removal (Prior Month UPB)": "0.00", "Involuntary Loan Removal (Loan Count)": "0",
}  # fmt: skip


def gse_factor(rows: Iterable[dict[str, str]], *, header: bool = True, width: int = 98, former: bool = False) -> str:
    """A security factor file; `former` writes the names of before December 2025."""
    layout = layouts()["gse_factor"]
    names = [column.name for column in layout.columns][:width]
    before = {new: old for old, new in layout.former_names.items()}
    plain = [name.split(" (")[0] if name.startswith("Filler") else name for name in names]
    shown = [before.get(name, name) if former else name for name in plain]
    own = SECURITY | {"CUSIP": cusip(7)}
    lines = ["|".join({**own, **row}.get(name, "") for name in names) for row in rows]
    return "".join(f"{line}\n" for line in [*(["|".join(shown)] if header else []), *lines])


LOAN = {
    "Loan Identifier": "ZZ0001000001", "Loan Correction Indicator": "N", "Prefix": "CL",
    "Security Identifier": "ZZ0001", "Mortgage Loan Amount": "200000.00", "Issuance Investor Loan UPB": "200000.00",
    "Current Investor Loan UPB": "150000.00", "Amortization Type": "FRM", "Current Interest Rate": "4.250",
    "First Payment Date": "042020", "Maturity Date": "032050", "Loan Term": "360",
    "Remaining Months to Maturity": "283", "Loan Age": "77", "Loan-To-Value (LTV)": "80",
    "Debt-To-Income (DTI)": "999", "Borrower Credit Score": "9999", "Loan Purpose": "P", "Occupancy Status": "P",
    "Number of Units": "1", "Property Type": "SF", "Property State": "CA", "Days Delinquent": "0",
}  # fmt: skip


def gse_loans(rows: Iterable[dict[str, str]], *, header: bool = True) -> str:
    names = [column.name for column in layouts()["gse_loan_level"].columns]
    own = LOAN | {"CUSIP": cusip(7)}
    lines = ["|".join({**own, **row}.get(name, "") for name in names) for row in rows]
    shown = [name.split(" (")[0] if name.startswith("Filler") else name for name in names]
    return "".join(f"{line}\n" for line in [*(["|".join(shown)] if header else []), *lines])


def freddie_history(rows: Iterable[Sequence[str]], width: int = 32) -> str:
    """Loan-months: loan, month (YYYYMM), balance, months late, age, remaining, rate, exit code, exit balance."""
    return "".join(f"{_performance(row, width)}\n" for row in rows)


def _performance(row: Sequence[str], width: int) -> str:
    loan, month, balance, late, age, remaining, rate, code, left = row
    cells = [loan, month, balance, late, age, remaining, "", "", code, month if code else "", rate]
    cells += [""] * (width - len(cells))
    cells[26] = left
    return "|".join(cells)


def fannie_history(rows: Iterable[dict[str, str]]) -> str:
    names = [column.name for column in layouts()["fannie_sflp"].columns]
    usual = {"Channel": "R", "Original UPB": "200000.00", "First Payment Date": "042020", "Property State": "CA"}
    return "".join("|".join((usual | row).get(name, "") for name in names) + "\n" for row in rows)


def written(folder: Path, text: str, name: str = "file.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path
