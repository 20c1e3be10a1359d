"""LAL: the local authorization list."""
