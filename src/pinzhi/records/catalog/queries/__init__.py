"""What pages show: one module for each kind of page, answered in a fixed number of statements."""
