"""Which back offices do the packs talk to? Demo companies, as real HTTP services."""
