"""The filter language: one expression for the message list, ``--filter``, intercept and export.

`parse` turns text into a `Filter` (or a `FilterError` that says what is wrong and where), `Filter.matches` judges a
`Subject`, `complete` offers what may come next, `member_expression` writes the expression for one JSON value. The grammar
stands at the head of `parser`; the fields are a table in `fields`.
"""

from ocppscope.filters.completion import complete, word_start
from ocppscope.filters.errors import FilterError
from ocppscope.filters.matching import Filter
from ocppscope.filters.parser import member_expression, parse
from ocppscope.filters.subject import Subject

__all__ = ["Filter", "FilterError", "Subject", "complete", "member_expression", "parse", "word_start"]
