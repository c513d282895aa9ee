"""The app as it is deployed, at a peer on loopback, for the tests of this process."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.modal_peer import ModalPeer, connected, modal_peer, run_modal, why_no_jail

APP_MODULE = "arxiviz_pipeline.rendering.modal_app"


@contextmanager
def deployed_app() -> Iterator[ModalPeer]:
    """Run a peer to which the app was deployed, and to which this process's client talks."""
    if reason := why_no_jail():
        pytest.skip(f"this machine can't build the peer's jails: {reason}")
    with modal_peer() as peer, connected(peer):
        run_modal(peer, "deploy", "-m", APP_MODULE)
        yield peer
