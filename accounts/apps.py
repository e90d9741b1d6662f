from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Organizations, their people, and how they come in."""

    name = "accounts"
    verbose_name = "Organizations and people"
