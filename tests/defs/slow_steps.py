"""An app of Celery's, set up as ours, whose steps say when they begin and end."""

import os
import time
from pathlib import Path
from typing import Any

from dagster_celery.make_app import make_app

from arxiviz_pipeline.defs.celery_executor import WORKER_CONFIG, celery_executor

_BROKER = os.environ["TEST_BROKER"]
app: Any = make_app(celery_executor(_BROKER, _BROKER).app_args())
app.conf.update(WORKER_CONFIG)


@app.task(name="slow_step")
def slow_step(diary: str, seconds: float) -> str:
    """Write down the process at the beginning, and how it ended."""
    with Path(diary).open("a", encoding="utf-8") as file:
        print("begun", os.getpid(), file=file, flush=True)
        try:
            time.sleep(seconds)
        except BaseException as error:
            print("interrupted", type(error), file=file, flush=True)
            raise
        print("ended", file=file, flush=True)
    return "events"
