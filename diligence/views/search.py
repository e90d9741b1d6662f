"""Search: straight to the one thing that is meant, else a short list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from diligence.queries import search as query
from diligence.views.rules import READERS


@require_GET
@allow(*READERS)
def search(request: HttpRequest) -> HttpResponse:
    """`?q=` is a loan number, a rule's code or words, a tape's name, a bundle's number."""
    words = request.GET.get("q", "").strip()[:100]
    hits = query.search(signed_in(request), words)
    exact = [hit for hit in hits if hit.exact]
    if len(exact) == 1 or len(hits) == 1:
        return redirect((exact or hits)[0].url)
    return render(request, "diligence/search/results.html", {"words": words, "hits": hits})
