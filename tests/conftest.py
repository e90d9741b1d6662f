"""What every test may use."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("plumbline", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("plumbline")


def pytest_configure() -> None:
    """Hash passwords cheaply: the strength of argon2 is not what the tests are about."""
    from django.conf import settings as django_settings

    if django_settings.configured:
        django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_media(request: pytest.FixtureRequest) -> None:
    """Uploads of one test never meet those of another."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        folder = request.getfixturevalue("tmp_path") / "media"
        request.getfixturevalue("settings").MEDIA_ROOT = folder
