"""An upload that is larger than what is taken, or comes from nobody, is not received at all."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

FORM_BYTES = 64 * 1024  # what a form holds beside its file: names, fields, boundaries


def too_large(content_length: int) -> bool:
    """Whether a request of this many bytes must hold a file over the bound."""
    return content_length - FORM_BYTES > settings.MAX_UPLOAD_MB * 1024 * 1024


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stops before the first byte of a file that is over the bound, by the size of the request, or sent by nobody.

    A form is read for its CSRF token before anything is asked about its sender, who could else fill the disk. The
    fields before the file are there, so that the form can be answered with the sentence that says the bound.
    """

    refused = False

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        user = getattr(self.request, "user", None)
        self.refused = too_large(content_length) or user is None or not user.is_authenticated

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.refused:
            raise StopUpload(connection_reset=True)
        super().new_file(*args, **kwargs)

    def upload_interrupted(self) -> None:
        """Nothing to remove where nothing was begun."""
        if not self.refused:
            super().upload_interrupted()
