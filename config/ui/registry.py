"""The library that every filter and tag of the interface registers with; `config.ui` names it as a template builtin."""

from django import template

register = template.Library()
