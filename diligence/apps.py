from django.apps import AppConfig


class DiligenceConfig(AppConfig):
    name = "diligence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from diligence import checks  # noqa: F401  (registers the system check)
