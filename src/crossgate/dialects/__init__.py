"""Readers: the users' files, in each gateway's own language, become the model. Gateways have names only in here."""
