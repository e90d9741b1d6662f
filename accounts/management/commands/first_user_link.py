from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from accounts import queries
from accounts.policies import NotAllowed
from accounts.services import first_user


class Command(BaseCommand):
    help = "Print a link, good once and for 24 hours, that makes the operator organization and the first superuser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-none", action="store_true", help="print nothing when there is a superuser already")
        parser.add_argument("--base-url", default="", help="where Plumbline answers, such as https://plumbline.example")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_none"] and queries.has_superuser():
            return
        try:
            token = first_user.make_link(at=timezone.now())
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        base = options["base_url"] or settings.PUBLIC_URL or "http://127.0.0.1:8000"
        self.stdout.write(base.rstrip("/") + reverse("accounts:first_user", args=[token]))
