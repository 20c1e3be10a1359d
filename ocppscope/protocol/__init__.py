"""OCPP-J as the standard defines it, sans I/O: messages, versions, actions, schemas, pairing.

This room owns every noun of the specification (message, messageId, action, direction); ``model`` above it owns what was
observed. Two third-party imports beside the schema files of the ``ocpp`` package, both measured and both confined to
one module each: ``msgspec`` in `message` (JSON at a third of the cost of ``json``) and ``jsonschema_rs`` in `schemas`
(75 to 160 times faster than the ``ocpp`` package's own validation, and right about decimals).
"""
