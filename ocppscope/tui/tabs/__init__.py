"""The numbered tabs beside Messages, one a file."""
