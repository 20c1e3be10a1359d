"""The report as one HTML file that needs nothing else: no network, no fonts, no script for reading it.

A section is a function from `Report` to `Section` or None, listed in `page`. All markup is made with `markup.tag`, which
escapes every text and shows what is not printable, so nothing that came over a wire can become markup; and a Content
Security Policy lets no script run but our own. Everything is bounded, and says what it leaves out.
"""
