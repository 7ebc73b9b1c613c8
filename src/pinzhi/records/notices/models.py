"""Messages waiting to go out: none before the rooms that send them stand."""
