"""Proves a script before it is rendered: see `gates`, which runs them in order."""
