"""The demonstration: cases in every state, made through the same acts as real ones."""
