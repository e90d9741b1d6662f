"""Tags for the furniture of a page: verdict, strip, segment, chips, timeline, sign-off, empty states, paging."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.logging import request_id
from config.ui.icons import icon
from config.ui.registry import register

TONES = {"fatal": "fatal", "warning": "warning", "pass": "pass", "info": "info", "accent": "accent", "": ""}
PAGE = 50


@register.simple_block_tag
def verdict(content: str, tone: str, link: str = "", url: str = "") -> SafeString:
    """The page's answer in one or two sentences, the decisive part in <strong>, with one link at the end."""
    known = TONES[tone]
    mark = icon(known if known in ("fatal", "warning", "pass", "info") else "info", tone=known or "mut")
    end = format_html('<a href="{}">{}</a>', url, link) if link and url else ""
    return format_html(
        '<div class="pl-verdict tone-{}">{}<span class="say">{}</span>{}</div>', known or "none", mark, content, end
    )


@register.simple_block_tag
def strip(content: str) -> SafeString:
    """Four to seven figures split by hairlines; holds `figure` tags."""
    return format_html('<dl class="pl-strip">{}</dl>', content)


@register.simple_tag
def figure(label: str, value: Any, note: Any = "", tone: str = "") -> SafeString:
    """One figure of a strip: label above, value, note below."""
    below = format_html("<small>{}</small>", note) if note else ""
    shown = format_html('<span class="t-{}">{}</span>', tone, value) if tone else value
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, shown, below)


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumb; the last one has no address and is the page itself."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.inclusion_tag("components/segment.html")
def segment(items: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """A switch of links. Each item: label, url, current, and if wanted count and severity."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/tabs.html")
def tabs(items: list[dict[str, Any]], label: str = "Views") -> dict[str, Any]:
    """The views of one thing, each with its own address. Each item: label, url, current, and if wanted count."""
    return {"items": items, "label": label}


@register.simple_tag
def chip(field: str, value: Any, remove_url: str) -> SafeString:
    """A filter in force, as a link that takes it away."""
    return format_html(
        '<a class="pl-chip" href="{}" aria-label="Remove filter {} {}">{} <b>{}</b>{}</a>',
        remove_url, field, value, field, value, icon("x", size="sm"),
    )  # fmt: skip


@register.inclusion_tag("components/empty.html")
def empty(
    title: str, text: str = "", mark: str = "inbox", link: str = "", url: str = "", panel: bool = False
) -> dict[str, Any]:
    """Nothing to show: why, and what to do."""
    return {"title": title, "text": text, "mark": mark, "link": link, "url": url, "panel": panel}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: list[Any]) -> dict[str, Any]:
    """What happened, newest first. Each entry: what, and if wanted who, note, at (a moment), tone, waiting, url."""
    return {"entries": entries}


@register.inclusion_tag("components/sign_slot.html")
def sign_slot(
    name: str, role: str, decision: str = "", at: Any = None, signed: bool = False, note: str = ""
) -> dict[str, Any]:
    """One of the two signatures: solid when signed, dashed when open."""
    return {"name": name, "role": role, "decision": decision, "at": at, "signed": signed, "note": note}


@register.inclusion_tag("components/pager.html")
def pager(next_url: str, shown: int, total: int, noun: str = "rows", target: str = "") -> dict[str, Any]:
    """The foot of a list paged by key: how many of how many, and the next page. `target` is swapped by htmx."""
    more = min(PAGE, max(total - shown, 0))
    return {"next_url": next_url, "shown": shown, "total": total, "noun": noun, "more": more, "target": target}


@register.inclusion_tag("components/copy.html")
def copyable(text: str, label: str = "") -> dict[str, Any]:
    """An id or fingerprint in full, in mono, with a button that copies it."""
    return {"text": text, "label": label or text}


@register.simple_tag
def avatar(name: str, tone: str = "") -> SafeString:
    """The initials of a person; an empty name is nobody yet."""
    if not name:
        return format_html('<span class="pl-av none" title="Nobody yet">{}</span>', icon("plus", size="sm"))
    return format_html('<span class="pl-av {}" aria-hidden="true">{}</span>', tone, initials(name))


@register.simple_tag
def reference_number() -> str:
    """What a person quotes to have an error found in the log; empty outside of a request."""
    reference = request_id()
    return "" if reference == "-" else reference


def initials(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0].upper() for word in dict.fromkeys((words[0], words[-1]))) if words else ""


@register.simple_tag
def error_list(form: Any) -> SafeString:
    """The errors of a form with more than three, listed at its top with links to the fields."""
    errors = [
        (field, error, "" if str(field.label) in error else field.label)
        for field in form
        if not field.is_hidden
        for error in field.errors
    ]
    general = list(form.non_field_errors())
    if len(errors) + len(general) <= 3:
        return SafeString("")
    return SafeString(render_to_string("components/error_list.html", {"errors": errors, "general": general}))
