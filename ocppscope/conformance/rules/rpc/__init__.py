"""RPC: the framing and pairing of OCPP-J messages."""
