"""Whether this installation sends mail at all."""

from django.conf import settings

CONSOLE = "django.core.mail.backends.console.EmailBackend"


def is_sent() -> bool:
    """False by default: the console backend would write what it "sends", links included, to the log."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)
