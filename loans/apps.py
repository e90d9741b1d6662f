from django.apps import AppConfig


class LoansConfig(AppConfig):
    name = "loans"
    default_auto_field = "django.db.models.BigAutoField"
    # Folders of the storage, and the columns that name their files: what no row names is pruned.
    stored_files = {
        "tapes": (
            "TapeVersion.original",
            "TapeVersion.changes",
            "TapeChunk.typed",
            "TapeChunk.cells",
            "TapeChunk.problems",
        )
    }
