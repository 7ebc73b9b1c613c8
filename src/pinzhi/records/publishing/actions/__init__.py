"""What is done with bulletins."""
