"""Keeps objects, in a folder or in S3."""
