"""The offline page, handed out as the file it is: it is opened from the reader's own disk, never from here."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portfolios.offline import PAGE, page_bytes


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The one file, byte for byte: its SHA-256 is what bidders compare."""
    response = HttpResponse(page_bytes(), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{PAGE.name}"'
    return response
