"""One field for everything: a loan number, a rule, a tape, a bundle. Nobody finds what belongs to others."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from diligence.domain.lifecycles import RunStatus
from diligence.domain.rulebook import shipped_rulebook
from diligence.models import Run
from loans.models import Loan, Tape

MOST = 20


@dataclass(frozen=True)
class Hit:
    """Something found: what it is, its name, a note, where it is."""

    kind: str
    name: str
    note: str
    url: str
    exact: bool = False


def search(user: User, words: str) -> list[Hit]:
    """What the words may mean to this person: exact hits first, twenty of each kind at most."""
    if not words:
        return []
    hits = [*rules(words), *loans(user, words), *tapes(user, words), *bundles(words)]
    return sorted(hits, key=lambda hit: not hit.exact)


def rules(words: str) -> Iterator[Hit]:
    found = [rule for rule in shipped_rulebook().rules if matches(f"{rule.code} {rule.title}", words)]
    for rule in found[:MOST]:
        url = reverse("diligence:rule", args=[rule.code])
        yield Hit("Rule", f"{rule.code} {rule.title}", "", url, rule.code.lower() == words.lower())


def matches(text: str, words: str) -> bool:
    return all(word in text.lower() for word in words.lower().split())


def loans(user: User, number: str) -> Iterator[Hit]:
    """Loans by their whole number, on the newest finished check of their tape's version."""
    found = Loan.objects.visible_to(user).filter(loan_id=number).select_related("version__tape")
    rows = list(
        found.only("loan_id", "row_no", "version__number", "version__tape__name").order_by("-version_id")[:MOST]
    )
    checks = newest_checks({loan.version_id for loan in rows})
    newest = max((loan.version_id for loan in rows if loan.version_id in checks), default=None)
    for loan in rows:
        if loan.version_id in checks:
            url = reverse("diligence:loan", args=[checks[loan.version_id], loan.row_no])
            note = f"{loan.version.tape.name}, version {loan.version.number}, row {loan.row_no}"
            yield Hit("Loan", f"Loan {number}", note, url, loan.version_id == newest)


def newest_checks(versions: set[int]) -> dict[int, int]:
    """Version to its newest finished check."""
    done = Run.objects.filter(version_id__in=versions, status=RunStatus.DONE).order_by("pk")
    return dict(done.values_list("version_id", "pk"))


def tapes(user: User, words: str) -> Iterator[Hit]:
    for tape in Tape.objects.visible_to(user).filter(name__icontains=words)[:MOST]:
        yield Hit("Tape", tape.name, "", tape.get_absolute_url(), tape.name.lower() == words.lower())


def bundles(words: str) -> Iterator[Hit]:
    """A bundle's number leads to its page, which decides by itself who may see it."""
    if not words.upper().startswith("B-"):
        return
    try:
        yield Hit("Bundle", words.upper(), "", reverse("portfolios:bundle", args=[words.upper()]))
    except NoReverseMatch:
        return
