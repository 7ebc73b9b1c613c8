"""Bulletins for the demonstration city."""
