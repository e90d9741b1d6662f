"""Search, open to everybody who is signed in: straight to the one thing meant, else a short list of one's own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from diligence.queries import search as query


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """`?q=` is a loan number, a rule's code or words, a tape's name, a bundle's number."""
    words = request.GET.get("q", "").strip()[:100]
    hits = query.search(signed_in(request), words)
    exact = [hit for hit in hits if hit.exact]
    if len(exact) == 1 or len(hits) == 1:
        return redirect((exact or hits)[0].url)
    return render(request, "diligence/search/results.html", {"words": words, "hits": hits})
