"""ODSC Counter: the system that One-Door-Service Centres run on."""
