"""Steps at Celery's workers come to their end, whatever happens to workers and broker."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from celery.exceptions import WorkerLostError
from dagster_celery.make_app import make_app

from arxiviz_pipeline.defs.celery_executor import LostStepError, WatchedTask, celery_executor
from tests.redis_server import RedisServer, start_redis

# Celery leaves the connections that a broker broke off to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
_FASTER = 20.0  # than the clock, by which the next look at a step is due
_ENDLESS = 600.0


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with start_redis() as server:
        yield server


@pytest.fixture(scope="module")
def standing(redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An app with a worker that stays."""
    url = redis.url(0)
    with connected(url) as app, worker(url, tmp_path_factory.mktemp("worker")):
        yield app


@pytest.fixture
def app(redis: RedisServer) -> Iterator[Any]:
    """An app without any worker."""
    with connected(redis.url(1)) as made:
        yield made


@contextlib.contextmanager
def connected(url: str) -> Iterator[Any]:
    made = make_app(celery_executor(url, url).app_args())
    yield made
    gc.collect()  # results say good-bye to the broker as they go
    made.control.purge()
    made.close()


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    path = tmp_path / "diary"
    path.touch()
    return path


@contextlib.contextmanager
def worker(url: str, folder: Path, name: str = "one") -> Iterator[psutil.Process]:
    """Run a worker; it is killed with its children when the block ends."""
    command = [sys.executable, "-m", "celery", "-A", "tests.defs.slow_steps", "worker"]
    command += ["--concurrency=1", f"--hostname={name}@test", "--queues=dagster", "--loglevel=INFO"]
    command += ["--without-gossip", "--without-mingle"]
    environment = {**os.environ, "TEST_BROKER": url, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_until(lambda: "ready." in (folder / f"{name}.log").read_text())
        yield psutil.Process(process.pid)
    finally:
        kill(psutil.Process(process.pid)) if process.poll() is None else None
        process.wait()


def kill(process: psutil.Process) -> None:
    for each in (*process.children(recursive=True), process):
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def watched(app: Any, diary: Path, seconds: float) -> WatchedTask:
    send = partial(
        app.send_task,
        "slow_step",
        (str(diary), seconds),
        queue="dagster",
        routing_key="dagster.execute_plan",
        priority=5,
    )
    return WatchedTask(app, "dagster", "videos", send, clock=lambda: time.monotonic() * _FASTER)


def told(diary: Path) -> list[str]:
    return [line.split()[0] for line in diary.read_text().splitlines()]


def test_a_step_is_executed_once(standing: Any, diary: Path):
    step = watched(standing, diary, 2.0)
    wait_until(step.ready)
    assert step.get() == "events"
    assert told(diary) == ["begun", "ended"]


def test_a_step_whose_worker_was_killed_is_sent_to_another(
    app: Any, redis: RedisServer, diary: Path
):
    step = watched(app, diary, 2.0)
    with worker(redis.url(1), diary.parent) as process:
        wait_until(lambda: told(diary) == ["begun"])
        kill(process)
    with worker(redis.url(1), diary.parent, "two"):
        wait_until(step.ready)
    assert step.get() == "events"
    assert told(diary) == ["begun", "begun", "ended"]


def test_a_step_whose_process_was_killed_is_sent_again_at_once(standing: Any, diary: Path):
    step = watched(standing, diary, 1.0)
    wait_until(lambda: told(diary) == ["begun"])
    os.kill(int(diary.read_text().split()[1]), signal.SIGKILL)
    wait_until(step.ready)
    assert step.get() == "events"
    assert told(diary) == ["begun", "begun", "ended"]


def test_a_step_that_kills_its_process_each_time_is_given_up(standing: Any, diary: Path):
    step = watched(standing, diary, _ENDLESS)
    for count in (1, 2, 3):
        wait_until(lambda count=count: step.ready() or told(diary).count("begun") == count)
        os.kill(int(diary.read_text().split()[-1]), signal.SIGKILL)
    wait_until(step.ready)
    with pytest.raises(WorkerLostError, match="SIGKILL"):
        step.get()


def test_a_step_that_no_worker_ever_ends_is_given_up(app: Any, diary: Path):
    step = watched(app, diary, _ENDLESS)
    app.control.purge()
    for _ in range(2):
        wait_until(lambda: step.ready() or app.control.purge() > 0)
    wait_until(step.ready)
    with pytest.raises(LostStepError, match="sent to Celery's workers 3 times"):
        step.get()


def test_a_step_that_waits_is_not_sent_twice(standing: Any, diary: Path):
    first, second = watched(standing, diary, 4.0), watched(standing, diary, 0.5)
    wait_until(lambda: second.ready() and first.ready())
    assert told(diary) == ["begun", "ended"] * 2


def test_what_a_broker_lost_as_it_was_restarted_is_sent_again(
    app: Any, redis: RedisServer, diary: Path
):
    step = watched(app, diary, 1.0)
    redis.stop()
    assert not step.ready()
    redis.start()
    with worker(redis.url(1), diary.parent):
        wait_until(step.ready)
    assert step.get() == "events"
    assert told(diary) == ["begun", "ended"]


def test_a_step_outlives_a_restart_of_the_broker(standing: Any, redis: RedisServer, diary: Path):
    step = watched(standing, diary, 5.0)
    wait_until(lambda: told(diary) == ["begun"])
    redis.stop()
    assert not step.ready()
    redis.start()
    wait_until(step.ready)
    assert step.get() == "events"
    assert told(diary)[-1] == "ended"


def test_a_cancelled_step_is_interrupted(standing: Any, diary: Path):
    step = watched(standing, diary, _ENDLESS)
    wait_until(lambda: told(diary) == ["begun"])
    step.revoke()
    wait_until(lambda: told(diary) == ["begun", "interrupted"])
    wait_until(step.ready)
