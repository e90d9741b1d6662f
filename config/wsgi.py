"""The web application for gunicorn."""

import os
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
if settings.SECRET_KEY_IS_TEMPORARY:
    raise ImproperlyConfigured("Set SECRET_KEY or SECRET_KEY_FILE: every web process needs the same one.")
import_module(settings.ROOT_URLCONF)  # every page, before processes part from this one
