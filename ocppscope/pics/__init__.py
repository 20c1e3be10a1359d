"""What a product was certified for: profiles, and the limits that they declare.

A profile is a product's OCA certificate in a TOML file that a person can write or mend: `library` finds and loads one,
`profile.Profile` answers questions about it, `derive` turns rows of the certificate into what the live rules ask for.
"""
