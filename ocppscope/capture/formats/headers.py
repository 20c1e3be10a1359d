"""Headers of a handshake, as lists of name and value."""


def header(headers: list[tuple[str, str]], name: str) -> str | None:
    """The first value under a name (in lower case), None without one."""
    return next((value for key, value in headers if key.lower() == name), None)
