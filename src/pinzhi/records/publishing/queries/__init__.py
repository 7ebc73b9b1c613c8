"""What is read of figures and bulletins."""
