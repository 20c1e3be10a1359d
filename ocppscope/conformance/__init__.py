"""Conformance: rules that say what is wrong, whose fault it is and which clause says so.

`event` defines what rules are asked about, `rule` what a rule is, `memory` what is remembered for it, `declared` what a
product claims; `engine` asks the rules, `registry` finds them. Each rule is
one file in ``rules/<family>/`` with its documentation, its check and its examples; adding one touches no other file.
"""
