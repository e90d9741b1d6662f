"""The key of the hashes of properties."""

from portfolios.services import picks


def test_a_rotated_secret_key_leaves_it_as_it_is(settings):
    settings.PROPERTY_KEY = "a key of its own"
    before = picks.property_secret()
    settings.SECRET_KEY = "another secret key"
    assert picks.property_secret() == before


def test_it_is_no_key_of_anything_else(settings):
    settings.SECRET_KEY = settings.PROPERTY_KEY = "one key for all"
    assert picks.property_secret() not in (b"one key for all", settings.SECRET_KEY.encode())
