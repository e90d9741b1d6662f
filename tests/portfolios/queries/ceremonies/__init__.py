"""Queries around the opening."""
