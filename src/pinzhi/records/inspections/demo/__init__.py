"""The demonstration's inspections."""
