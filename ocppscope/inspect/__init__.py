"""The pure inspector: records in, what they mean out.

`Inspector.observe` feeds each record through pairing, rules and response times and owns all state. It does no I/O, reads
no clock and awaits nothing: time comes from the records, and an explicit `advance` moves it on when nothing arrives. So
live, from a file, at any speed, the same records give the same findings.
"""
