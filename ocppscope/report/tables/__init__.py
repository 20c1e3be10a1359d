"""Captures as tables, for SQL, spreadsheets and data frames.

``definitions`` says which tables and columns there are, ``rows`` makes their rows of what the inspector saw, ``database``
keeps them in a DuckDB file that is gone afterwards and answers SQL, ``answers`` writes what it answers.
"""
