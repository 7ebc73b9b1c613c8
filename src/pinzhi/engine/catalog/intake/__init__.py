"""Rows of a file into checked values: what a column may hold, and what contradicts what."""
