"""Loans that are offered twice: in one bundle, in another bundle of the lender, or, told by a keyed hash, anywhere."""

from django.db import connection
from django.db.models import Count, Exists, OuterRef

from portfolios.domain.lifecycles import LIVE
from portfolios.domain.verdicts import FATAL, Check
from portfolios.models import Bundle, BundleLoan

TWICE = """
    SELECT coalesce(sum(n), 0) FROM (
        SELECT count(*) AS n FROM portfolios_bundleloan
        WHERE bundle_id = %s AND kicked_out = '' AND {column} <> '' GROUP BY {column} HAVING count(*) > 1) AS repeated
"""


def checks(bundle: Bundle) -> list[Check]:
    """The four questions about duplicates. Of other lenders only that a duplicate exists is ever told."""
    numbers, offered = in_other_bundles(bundle)
    return [
        answer("DUP-1", "Every loan number once", repeated(bundle, "loan_id"), FATAL),
        answer("DUP-2", "Every property once", repeated(bundle, "property_key"), "warning"),
        answer("DUP-3", "No loan in another open bundle of this lender", offered, FATAL, numbers),
        answer("DUP-4", "No property in any other open bundle", same_property(bundle), FATAL),
    ]


def answer(code: str, title: str, loans: int, severity: str, numbers: tuple[str, ...] = ()) -> Check:
    value = f"{loans:,} loan{'' if loans == 1 else 's'}"
    return Check(code, title, not loans, severity, value, numbers)


def repeated(bundle: Bundle, column: str) -> int:
    """Kept loans whose value of a column another kept loan of the bundle has too."""
    with connection.cursor() as cursor:
        cursor.execute(TWICE.format(column=connection.ops.quote_name(column)), [bundle.pk])
        return int(cursor.fetchone()[0])


def in_other_bundles(bundle: Bundle) -> tuple[tuple[str, ...], int]:
    """Numbers of the lender's other open bundles that hold one of these loans, and how many loans those are."""
    same = BundleLoan.objects.filter(bundle=bundle, kicked_out="", loan_id=OuterRef("loan_id")).exclude(loan_id="")
    others = BundleLoan.objects.filter(Exists(same), bundle__lender=bundle.lender_id, bundle__status__in=LIVE)
    found = others.filter(kicked_out="").exclude(bundle=bundle)
    counts = found.values_list("bundle__number").annotate(n=Count("row_no")).order_by("bundle__number")
    return tuple(number for number, _ in counts), found.values("loan_id").distinct().count()


def same_property(bundle: Bundle) -> int:
    """Kept loans whose property stands in another open bundle, of whatever lender, under another loan number."""
    others = BundleLoan.objects.filter(
        property_key=OuterRef("property_key"), kicked_out="", bundle__status__in=LIVE
    ).exclude(bundle=bundle)
    kept = BundleLoan.objects.filter(bundle=bundle, kicked_out="").exclude(property_key="")
    return kept.filter(Exists(others.exclude(loan_id=OuterRef("loan_id"), bundle__lender=bundle.lender_id))).count()
