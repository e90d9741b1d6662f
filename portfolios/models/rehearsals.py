"""Rehearsals: what was sealed to an opener's key to see that it still opens."""

from __future__ import annotations

from django.db import models


class Rehearsal(models.Model):
    """A canary of one opener. What is in it is kept nowhere; only its hash, to know the answer by."""

    opener = models.ForeignKey("portfolios.Opener", on_delete=models.CASCADE, related_name="rehearsals")
    sealed = models.CharField(max_length=200, help_text="Sealed to the opener's key (HPKE), base64url.")
    answer_sha256 = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"Rehearsal of {self.opener}"
