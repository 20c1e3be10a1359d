"""The memories that rules share: one file, one thing that is remembered of a station."""
