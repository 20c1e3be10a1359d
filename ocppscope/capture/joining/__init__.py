"""Many captures as one: in the right order, nothing read twice, no station's traffic counted from two places.

``outline`` looks through a capture once, ``sameness`` tells whether two captures show the same traffic of a station,
``order`` puts parts and captures into their order, ``planning`` decides what is left out, ``remainder`` reads the rest.
"""
