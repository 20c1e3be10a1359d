"""Local lists for the examples of rules."""


def entry(tag: str, status: str | None = "Accepted") -> str:
    """An entry of 1.6; without a status one that deletes."""
    info = "" if status is None else f',"idTagInfo":{{"status":"{status}"}}'
    return f'{{"idTag":"{tag}"{info}}}'


def entry_2x(tag: str, status: str = "Accepted", kind: str = "ISO14443") -> str:
    """An entry of 2.x."""
    return f'{{"idToken":{{"idToken":"{tag}","type":"{kind}"}},"idTokenInfo":{{"status":"{status}"}}}}'


def send(version: int, kind: str, *entries: str, answer: str | None = "Accepted", key: str = "listVersion") -> str:
    """A SendLocalList with its answer, as two lines of a script; ``key`` is versionNumber in 2.x."""
    listed = f',"localAuthorizationList":[{",".join(entries)}]' if entries else ""
    call = f'< [2,"s{version}{kind}","SendLocalList",{{"{key}":{version},"updateType":"{kind}"{listed}}}]\n'
    return call if answer is None else call + f'> [3,"s{version}{kind}",{{"status":"{answer}"}}]\n'


def read(version: int, key: str = "listVersion") -> str:
    """A GetLocalListVersion with its answer."""
    return f'< [2,"g{version}","GetLocalListVersion",{{}}]\n> [3,"g{version}",{{"{key}":{version}}}]\n'
