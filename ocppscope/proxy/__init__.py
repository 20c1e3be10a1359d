"""The tap: the only sockets that ocppscope listens on.

The engine runs in a process of its own (`python -m ocppscope.proxy.engine`, started and watched by `EngineProcess`). For
each station that connects it connects to the CSMS, rewrites request target and Host of the HTTP upgrade, and from then on
writes what it reads, unchanged and first, to the other side. A copy of the bytes goes to a decoder, and what the decoder
makes of it to the capture. Nothing that the copy does can touch the bytes.

``config`` what the engine is told · ``engine`` the process · ``process`` its supervisor · ``control`` what the two say to
each other · ``listener`` sockets and accept · ``connection`` one station's way to the CSMS as a state machine · ``legs``
its two ends · ``dialling`` the way to the CSMS · ``tls`` contexts and facts · ``handshake`` HTTP heads · ``frames`` and
``deflate`` bytes to messages · ``tap`` messages to records · ``journal`` records to the capture · ``redaction`` secrets.
"""
