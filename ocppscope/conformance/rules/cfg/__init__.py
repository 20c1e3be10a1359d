"""CFG: configuration keys and the device model."""
