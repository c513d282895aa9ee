"""What deserves a picture of its own: a module a kind, each finds its features and draws them."""
