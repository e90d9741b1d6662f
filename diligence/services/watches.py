"""Telling people that a check has ended: in the bell, and by e-mail where mail can leave; never with loan data."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from diligence.domain.lifecycles import RunStatus
from diligence.models import Run, RunWatch

ENDED = (RunStatus.DONE, RunStatus.FAILED, RunStatus.STOPPED)
CONSOLE = "django.core.mail.backends.console.EmailBackend"


def ask(*, run: Run, by: User, at: datetime) -> bool:
    """Have a person told when the check ends; False when that was asked for already."""
    _, made = RunWatch.objects.get_or_create(run=run, user=by, defaults={"asked_at": at})
    return made


def waiting() -> list[int]:
    """People to be told of checks that have ended; each is told once."""
    return list(RunWatch.objects.filter(told_at=None, run__status__in=ENDED).values_list("pk", flat=True))


@transaction.atomic
def tell(*, watch_id: int, at: datetime) -> bool:
    """Tell one person; False when another worker did. The e-mail leaves once that is stored, so it is never doubled."""
    if not RunWatch.objects.filter(pk=watch_id, told_at=None, run__status__in=ENDED).update(told_at=at):
        return False
    watch = RunWatch.objects.select_related("run__version__tape", "user").get(pk=watch_id)
    if mail_leaves() and watch.user.is_active:
        # Robust: the bell says it too when the mail server is away.
        transaction.on_commit(mail_to(watch).send, robust=True)
    return True


def mail_leaves() -> bool:
    """Whether mail leaves this machine; the console only shows it."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)


def mail_to(watch: RunWatch) -> EmailMessage:
    """A mail that says which check ended and how, and where its results are."""
    url = f"{settings.PUBLIC_URL.rstrip('/')}{watch.run.get_absolute_url()}" if settings.PUBLIC_URL else ""
    context = {"run": watch.run, "ended": ENDINGS[RunStatus(watch.run.status)], "url": url}
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}A check {context['ended']}"
    return EmailMessage(subject, render_to_string("diligence/email/check_ended.txt", context), to=[watch.user.email])


ENDINGS = {
    RunStatus.DONE: "is done",
    RunStatus.FAILED: "could not be done",
    RunStatus.STOPPED: "was stopped",
}


def read(*, user: User, at: datetime) -> int:
    """Note that a person has seen what they were told; returns how much of it was new."""
    return RunWatch.objects.unread(user).update(read_at=at)
