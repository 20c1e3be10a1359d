"""Many captures as one: in the right order, nothing read twice, no station's traffic counted from two places.

``outline`` looks through a capture once, ``sameness`` tells whether two captures show the same traffic of a station,
``planning`` decides what is read in which order and what is left out, ``remainder`` reads the rest.
"""
