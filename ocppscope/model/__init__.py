"""What was observed, as frozen facts: exchanges, connections, stations, transactions, findings.

The standard's own nouns (messages, versions, roles) live one room below in ``protocol``.
"""
