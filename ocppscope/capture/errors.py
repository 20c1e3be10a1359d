"""The one error that a user of captures meets."""


class CaptureError(Exception):
    """A capture cannot be opened, read or written. Its text is one whole line: what, where, how to mend it."""


def reason(error: OSError) -> str:
    """The system's word for an error, without Python's decoration: ``No space left on device``."""
    return error.strerror or str(error) or type(error).__name__
