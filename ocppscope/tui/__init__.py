"""The terminal UI: a reader of the capture like any other, drawn with Textual.

`feed` follows the capture file, runs the `Inspector` over each record and keeps one row of numbers a message (`rows`);
texts are read back from the capture by offset when a row is seen. `context` holds what tabs and panes get. All wire text
passes `visible`, and no wire text ever reaches a widget as markup.
"""
