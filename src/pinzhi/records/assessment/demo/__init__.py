"""A round of the demonstration city: invented entries that went through the same acts as real ones would."""
