"""What the inspector found out, written for people and for programs: plain lines, a text summary, JSON.

Everything here reads an `ocppscope.inspect` state and writes text; nothing judges. ``reading`` runs captures through one
inspector and is what every report format is made from.
"""
