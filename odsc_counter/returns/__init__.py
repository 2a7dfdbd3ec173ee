"""Monthly returns: a centre's figures of a month, signed, approved and frozen."""
