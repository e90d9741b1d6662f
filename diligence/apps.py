from django.apps import AppConfig


class DiligenceConfig(AppConfig):
    name = "diligence"
    default_auto_field = "django.db.models.BigAutoField"
    stored_files = {"runs": ("Run.file_facts",), "exports": ("Export.file",)}

    def ready(self) -> None:
        from diligence import checks  # noqa: F401  (registers the system check)
