"""Reports of the nation and its parts: drawn from signed returns, published by two people."""
