"""Findings as the screen shows them: in groups that unfold down to every message involved, and in words."""
