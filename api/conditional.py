"""Conditional requests: whether a client has the answer already (RFC 9110, section 13)."""

from fastapi import Request


def is_not_modified(request: Request, etag: str) -> bool:
    """Tell whether the client's `If-None-Match` names this entity tag."""
    tags = (tag.strip() for tag in request.headers.get("if-none-match", "").split(","))
    return any(tag == "*" or tag.removeprefix("W/") == etag for tag in tags)
