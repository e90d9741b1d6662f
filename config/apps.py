"""The platform as an installed app, so that its checks run with `manage.py check`."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Registers the checks of the configuration."""

    name = "config"
    label = "config"
    verbose_name = "Platform"

    def ready(self) -> None:
        from config import celery, checks  # noqa: F401 (tasks are sent by whatever application is the current one)
