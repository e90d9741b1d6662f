"""Wiring: settings, URLs, queue, health, logs and the embedded servers."""
