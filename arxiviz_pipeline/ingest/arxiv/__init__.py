"""Asks arXiv, politely: `client` fetches papers."""
