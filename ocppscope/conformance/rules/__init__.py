"""The catalogue: one family a package, one rule a file."""
