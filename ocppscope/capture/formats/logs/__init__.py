"""Text logs: what the logs of many programs have in common. Each program's own shape is a module of ``formats``.

``entry`` is what one line says, ``stamps`` its times, ``json_text`` where a message ends, ``sides`` which way it went, and
``reading`` puts them together.
"""
