from django import template

from accounts import mail

register = template.Library()


@register.simple_tag
def mail_is_sent() -> bool:
    """Whether a page may promise that mail is on its way."""
    return mail.is_sent()
