"""Captures: the records that the engine writes and everyone else reads.

The capture is the bus of the whole program. `record` defines what one line says, `writer` appends, `reader` opens any
capture by its content, `follow` reads one that still grows; ``formats/`` holds one foreign format a file.
"""
