"""Two captures side by side: what was said in one and not in the other, what was said differently, and what came of it.

`Side` reads a capture, `compare` holds two of them against each other, `json` and `text` show the outcome. What differs in
any two runs is no difference: message ids, times, readings, counters, and ids that are made up anew. Names (tags, serial
numbers, addresses) that are others throughout are listed as such, so that two stations can be compared, and a capture
with its anonymized copy.
"""
