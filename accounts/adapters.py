"""Where django-allauth asks how this installation wants things done."""

import base64
import hashlib
import logging
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts import mail
from accounts.models import User

logger = logging.getLogger(__name__)


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """No open signup: people come in by an invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This e-mail address and password do not belong together.",
        "enter_current_password": "This is not the password you have now.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This link cannot be used: it was used already, or it is too old.",
        "rate_limited": "Too many attempts. Wait some minutes before the next one.",
        "too_many_login_attempts": "Too many failed attempts. Sign-in for this address is shut for 15 minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Without a mail server nothing is sent: the console backend would write links to the log."""
        if mail.is_sent():
            super().send_mail(template_prefix, email, context)
        else:
            logger.warning("%s was not sent: no mail server is set. See password_link.", template_prefix)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Shut to people of an organization that is not active, as to people who are not."""
        if not user.organization.is_active:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before sensitive steps, but not right after the sign-in itself."""
        records = get_authentication_records(self.request, self.request.user)
        lately = bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not lately and super().is_reauthentication_required(app=app, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Operator staff have no desk of a tenant; they begin with the organizations."""
        only_staff = isinstance(request.user, User) and request.user.is_staff
        return reverse("accounts:organizations") if only_staff else super().get_login_redirect_url(request)

    def get_user_search_fields(self) -> list[str]:
        return ["email"]


class MfaAdapter(DefaultMFAAdapter):
    """Second factors, named for this product and encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code does not fit. Wait for the next one, and see that the phone's clock is right.",
    }

    def get_totp_issuer(self) -> str:
        return "Plumbline"

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Plumbline"}


def _fernet() -> MultiFernet:
    """Keys from SECRET_KEY and its fallbacks, so that rotating the secret keeps second factors readable."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"plumbline.mfa:" + secret.encode()).digest())
