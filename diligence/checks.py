"""`manage.py check` fails on a broken rule and names each one with its file."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from diligence.domain.rulebook import BrokenRulebook, shipped_rulebook


@register("rulebook")
def rulebook_is_sound(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """One error for each mistake in the rules that ship."""
    try:
        shipped_rulebook()
    except BrokenRulebook as broken:
        return [Error(sentence, id="diligence.E001") for sentence in broken.errors]
    return []
