"""An upload that is larger than what is taken is not received at all."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

FORM_BYTES = 64 * 1024  # what a form holds beside its file: names, fields, boundaries


def too_large(content_length: int) -> bool:
    """Whether a request of this many bytes must hold a file over the bound."""
    return content_length - FORM_BYTES > settings.MAX_UPLOAD_MB * 1024 * 1024


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stops before the first byte of a file that the size of the request shows to be over the bound.

    The fields before the file are there, so that the form can be answered with the sentence that says the bound.
    """

    too_large = False

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        self.too_large = too_large(content_length)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.too_large:
            raise StopUpload(connection_reset=True)
        super().new_file(*args, **kwargs)

    def upload_interrupted(self) -> None:
        """Nothing to remove where nothing was begun."""
        if not self.too_large:
            super().upload_interrupted()
