from django.apps import AppConfig


class DiligenceConfig(AppConfig):
    name = "diligence"
    default_auto_field = "django.db.models.BigAutoField"
