"""Measurements, never tests: each beside its floor and a peer, in one run, on this machine."""
