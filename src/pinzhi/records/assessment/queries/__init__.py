"""What the assessment room is asked: every reader is named, and sees only what the scheme and the stage let him."""
