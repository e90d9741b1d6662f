"""Ports for servers of tests, which nobody else gets by chance before they are used or between two starts."""

import json
import random
from pathlib import Path

from config.embedded.processes import free_port
from config.embedded.state import STATE_NAME

BELOW_THOSE_OF_CONNECTIONS = range(20_000, 30_000)  # Linux takes the ports of connections from 32768 upwards


def quiet_port() -> int:
    """A free port that the kernel gives to no connection."""
    tried = random.sample(BELOW_THOSE_OF_CONNECTIONS, 100)
    return next(port for port in tried if free_port(port) == port)


def choose_ports(var: Path) -> None:
    """Let the servers of a new var folder listen on quiet ports, as if they had done so before."""
    state = var / STATE_NAME
    if not state.exists():
        var.mkdir(parents=True, exist_ok=True)
        state.write_text(json.dumps({"postgres_port": quiet_port(), "valkey_port": quiet_port()}))
