"""ocppscope: see, check and time what a charging station and its CSMS say to each other.

The rooms and who may enter which:

``cli`` → ``tui | report`` → ``proxy | simulator`` → ``inspect`` → ``conformance | kpi | filters`` →
``capture | pics`` → ``model`` → ``protocol``

Imports go to the right only; import-linter and ``tests/test_import_hygiene.py`` keep it so. The engine in ``proxy``
forwards bytes and appends records to a capture; everything else reads that capture through one pure ``Inspector``.
"""

__version__ = "0.1.0"
