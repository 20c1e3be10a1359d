"""Reads OCA certificates: text, markdown or PDF, of stations and CSMS, in the layouts of 2022, 2024 and 2025.

The way of a certificate: `document` (bytes to text) → `lines` (cells without markup) → `sections` (tables by their
`headers`, labelled values by their `labels`) → one module a part → `reader` (a `Declaration` with its warnings).
Nothing is known by its place or by the product: a mixed, shuffled or cut document gives what is surely in it, and what
is doubtful becomes a warning and None.
"""
