"""Sequence diagrams of what was said: as Mermaid text, and as an HTML page that needs nothing else.

`ladder` collects the steps, bounded; `mermaid` and `page` write them; `formats` are what ``convert`` knows of them.
"""
