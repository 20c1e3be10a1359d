"""The tap: the only sockets that ocppscope listens on.

The engine runs in a process of its own (`python -m ocppscope.proxy.engine`, started and watched by `EngineProcess`). For
each station that connects it connects to the CSMS, rewrites request target and Host of the HTTP upgrade, and from then on
writes what it reads, unchanged and first, to the other side. A copy of the bytes goes to a decoder, and what the decoder
makes of it to the capture. Nothing that the copy does can touch the bytes.

Told from the outside in: ``process`` the supervisor · ``engine`` the process · ``control`` what the two say to each other ·
``config`` what the engine is told · ``listener``, ``addresses`` the listening sockets · ``upgrade`` a connection until the
CSMS's 101, with ``dialling``, ``answer`` and ``tls`` · ``relay`` the same from then on, with ``endings`` · ``legs`` its two
sockets · ``journal`` when and where bytes become records. Heads, frames and compression are in `ocppscope.protocol.websocket`,
the tap itself and what is never written in `ocppscope.capture`.
"""
