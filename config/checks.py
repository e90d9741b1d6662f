"""System checks of the configuration itself."""

import os
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from config.environment import unknown_keys


@register
def unknown_environment_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A PLUMBLINE_* key that no setting reads is named, because it is a setting that silently does nothing."""
    return [
        Warning(f"{key} is set, but Plumbline has no such setting.", hint="See .env.example.", id="config.W001")
        for key in unknown_keys(os.environ)
    ]


@register
def limits_in_order(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Chunk limit, lease, task limit and visibility timeout must rise, or two workers could hold one chunk."""
    limits = (
        settings.CHUNK_TIME_LIMIT_SECONDS,
        settings.CHUNK_LEASE_SECONDS,
        settings.TASK_TIME_LIMIT_SECONDS,
        settings.BROKER_VISIBILITY_SECONDS,
    )
    if all(lower < higher for lower, higher in pairwise(limits)):
        return []
    order = "PLUMBLINE_CHUNK_TIME_LIMIT < PLUMBLINE_CHUNK_LEASE < PLUMBLINE_TASK_TIME_LIMIT"
    return [Error(f"The time limits must keep their order: {order}.", id="config.E001")]


@register(Tags.security, deploy=True)
def stable_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Web and workers need the same key; one made up by each process would end every session at a restart."""
    if not settings.SECRET_KEY_IS_TEMPORARY:
        return []
    return [Error("SECRET_KEY is not set.", hint="Set SECRET_KEY or SECRET_KEY_FILE.", id="config.E002")]
