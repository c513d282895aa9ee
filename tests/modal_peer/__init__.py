"""Modal's control plane and hosts, played on loopback for tests.

The real client and the real container entrypoint of the installed `modal` run against it; what
they ask for by gRPC is answered here. `assembly.py` puts the parts together, `peer.py` says what a
test can do, `client.py` lets the client find it. The map:

- `rpc.py`: gRPC services made of methods; `faults.py` and `line.py`: what goes wrong on order.
- `apps.py`, `functions.py`, `images.py`, `mounts.py`, `secrets.py`, `blobs.py`: what is deployed.
- `calls.py`: inputs and outputs; `containers.py`, `container_requests.py`, `container_start.py`:
  what works on them.
- `sandboxes.py`, `sandbox_requests.py`, `sandbox_start.py`: sandboxes; `router.py`, `programs.py`,
  `file_tool.py`: what runs in them.
- `jail.py`, `files.py`, `memory.py`: what containers and sandboxes are made of on this machine.
- `tiny_app.py`: an app to try it with.

It was written from the protocol that the package `modal` brings with it, and from what the client
does; where Modal's own behaviour isn't known, a docstring says what was chosen. There are no
volumes, queues, dicts, classes, schedules, web endpoints, or builds of images.
"""

from tests.modal_peer.assembly import modal_peer
from tests.modal_peer.client import connected, run_modal
from tests.modal_peer.jail import why_no_jail
from tests.modal_peer.peer import ModalPeer

__all__ = ["ModalPeer", "connected", "modal_peer", "run_modal", "why_no_jail"]
