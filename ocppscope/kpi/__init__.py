"""Response times, the certificate's performance figures, and what each side tolerates. All of it pure.

``distribution`` keeps durations, ``response_times`` has them by party and action. A certificate's figures are made of
*samples* (``sample``), each one pair of messages of a *measure* (``measure``): a CALL and its response (``responses``), or
a trigger and the function that it caused (``functions``, which follows what the tables ``triggers_v16`` and
``triggers_v2x`` expect, with ``remote_start`` and ``remote_stop`` for the two that need more than a row). They add up in
a ``ledger`` and come out as ``figures``. ``tracker`` is the one way in and out. ``tolerance`` and what it imports measure
how long each side waited, how often it repeated, and after which silence it went away.
"""
