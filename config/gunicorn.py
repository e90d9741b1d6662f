"""What gunicorn can be told only by functions."""

import signal

from config.embedded.processes import end_with_parent

preload_app = True  # loading takes two seconds of a processor, and its processes share what was loaded once


def post_fork(server: object, worker: object) -> None:
    """A killed server takes its processes along: they would hold its port for as long as they finish requests."""
    end_with_parent(signal.SIGKILL)
