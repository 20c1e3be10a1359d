"""Whole-terminal screens, each beside its style sheet."""
