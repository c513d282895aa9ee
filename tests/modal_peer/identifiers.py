"""Makes ids and tokens as Modal's look."""

import base64
import json
import secrets
import string
import time
from collections.abc import Mapping

_LETTERS_AND_DIGITS = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 22) -> str:
    """Return an id such as `fc-Xk7fT2qLm9RzVb4NwYc8Hd`: a prefix that says what it is."""
    return f"{prefix}-{''.join(secrets.choice(_LETTERS_AND_DIGITS) for _ in range(length))}"


def new_token(subject: str, lifetime_seconds: float = 3600.0) -> str:
    """Return a token in the form of a JWT, whose expiry the client reads; nobody signs it."""
    header = {"alg": "none", "typ": "JWT"}
    claims = {"sub": subject, "exp": time.time() + lifetime_seconds, "jti": new_id("jt")}
    return f"{_encoded(header)}.{_encoded(claims)}.unsigned"


def _encoded(part: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
