"""A real Redis for tests: Debian's own, on loopback, in memory alone."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import redis

from tests.servers import HOST, free_port

_START_SECONDS = 20.0


@dataclass
class RedisServer:
    """A running server, and its address."""

    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def url(self, database: int = 0) -> str:
        """Return the address of one of its sixteen databases."""
        return f"redis://{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Start, and return when it answers; it keeps nothing of before."""
        options = ["--bind", HOST, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail("redis-server is missing: deploy/system-packages.sh --tests installs it")
        self._process = subprocess.Popen(
            [program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert time.monotonic() < until, "Redis does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        with contextlib.suppress(redis.ConnectionError), redis.Redis(HOST, self.port) as client:
            return bool(client.ping())
        return False


@contextlib.contextmanager
def start_redis() -> Iterator[RedisServer]:
    """Run a server until the block ends."""
    server = RedisServer(free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()
