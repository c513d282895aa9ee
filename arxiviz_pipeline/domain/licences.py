"""What a paper's licence allows: arXiv's own, and those of Creative Commons that it offers.

The list is arXiv's: https://info.arxiv.org/help/license
"""

import re
from dataclasses import dataclass
from typing import Literal

from arxiviz_pipeline.domain.errors import LicenceError

LicencePolicy = Literal["any", "derivatives", "commercial"]
"""What papers' licences must allow: nothing in particular, derivative works such as videos, or
derivative works that are used commercially."""

_SITE = r"(?:https?://)?(?:www\.)?"
_CREATIVE_COMMONS = re.compile(
    _SITE + r"creativecommons\.org/licenses/(?P<terms>by(?:-nc)?(?:-sa|-nd)?)/(?P<version>\d\.\d)\b"
)
_CC_ZERO = re.compile(_SITE + r"creativecommons\.org/publicdomain/zero/(?P<version>\d\.\d)\b")
_PUBLIC_DOMAIN = re.compile(
    _SITE + r"creativecommons\.org/(?:licenses/publicdomain|publicdomain/mark/\d\.\d)\b"
)
_NON_EXCLUSIVE = re.compile(
    _SITE + r"arxiv\.org/licenses/nonexclusive-distrib/(?P<version>\d\.\d)\b"
)
_ASSUMED = re.compile(_SITE + r"arxiv\.org/licenses/assumed-1991-2003\b")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence, and what others than the authors may do under it.

    Attributes:
        name: For people: `CC BY 4.0`.
        allows_derivatives: Whether works made from the paper may be shared.
        allows_commercial_use: Whether the paper, or such works, may be used commercially.
    """

    name: str
    allows_derivatives: bool
    allows_commercial_use: bool


def read_licence(url: str | None) -> Licence:
    """Tell what a licence's address stands for; one that is not known allows nothing."""
    address = (url or "").strip().lower()
    if match := _CREATIVE_COMMONS.match(address):
        terms = match["terms"]
        name = f"CC {terms.upper()} {match['version']}"
        return Licence(name, "nd" not in terms.split("-"), "nc" not in terms.split("-"))
    if match := _CC_ZERO.match(address):
        return Licence(f"CC0 {match['version']}", True, True)
    if _PUBLIC_DOMAIN.match(address):
        return Licence("public domain", True, True)
    if match := _NON_EXCLUSIVE.match(address):
        return Licence(f"arXiv non-exclusive {match['version']}", False, False)
    if _ASSUMED.match(address):
        return Licence("arXiv assumed 1991-2003", False, False)
    return Licence(f"unknown ({url!r})" if address else "unknown", False, False)


def permits(url: str | None, policy: LicencePolicy) -> bool:
    """Tell whether a licence allows what a policy asks for."""
    licence = read_licence(url)
    match policy:
        case "any":
            return True
        case "derivatives":
            return licence.allows_derivatives
        case "commercial":
            return licence.allows_derivatives and licence.allows_commercial_use


def require_licence(url: str | None, policy: LicencePolicy, arxiv_id: str) -> None:
    """Refuse a paper whose licence does not allow what a policy asks for.

    Raises:
        LicenceError: With the licence's name, and what can be done.
    """
    if permits(url, policy):
        return
    wanted = "derivative works"
    if policy == "commercial":
        wanted = "commercial use of derivative works"
    message = (
        f"The licence of {arxiv_id} is {read_licence(url).name}, which does not allow {wanted}; "
        f"this installation makes videos only of papers that do (policy {policy!r}). Ask the "
        "authors for their permission, or set ARXIVIZ_LICENCE_POLICY to 'any'."
    )
    raise LicenceError(message)
