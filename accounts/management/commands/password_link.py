from argparse import ArgumentParser
from typing import Any

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.models import User


class Command(BaseCommand):
    help = "Print a link, good once, by which a person chooses a new password: for installations that send no mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address that the person signs in with")
        parser.add_argument("--base-url", default="", help="where Plumbline answers, such as https://plumbline.example")

    def handle(self, *args: Any, email: str, base_url: str, **options: Any) -> None:
        person = User.objects.select_related("organization").filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"Nobody signs in with {email}.")
        if not (person.is_active and person.organization.is_active):
            raise CommandError(f"{email} may not sign in: the person or the organization is not active.")
        key = [user_pk_to_url_str(person), PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)]
        base = base_url or settings.PUBLIC_URL or "http://127.0.0.1:8000"
        self.stdout.write(base.rstrip("/") + reverse("account_reset_password_from_key", args=key))
