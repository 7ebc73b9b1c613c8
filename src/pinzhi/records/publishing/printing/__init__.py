"""Bulletins on paper: what is printed, and as which kind of file."""
