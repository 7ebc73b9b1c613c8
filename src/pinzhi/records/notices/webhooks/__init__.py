"""Webhooks: who is told of what, how it is sent, what became of it."""
