import sys
from pathlib import Path

from arxiviz_pipeline.rendering.child_program import run_program


def run(program: str, folder: Path, timeout_seconds: float = 30.0):
    return run_program([sys.executable, "-I", "-c", program], folder, {}, timeout_seconds)


def test_output_is_read_to_its_end_and_only_the_last_is_kept(tmp_path: Path):
    ended = run("for i in range(300_000): print(i)", tmp_path)
    assert ended.exit_code == 0
    assert ended.last_line == "299999"
    assert len(ended.output) <= 20_000
    assert list(tmp_path.iterdir()) == []


def test_an_end_is_described_with_what_was_printed_last(tmp_path: Path):
    ended = run("import sys; print('before', flush=True); sys.exit('this is why')", tmp_path)
    assert (
        ended.description == "ended early with exit code 1; it printed last:\nbefore\nthis is why"
    )


def test_a_silent_death_is_described_by_its_signal(tmp_path: Path):
    ended = run("import os; os.kill(os.getpid(), 9)", tmp_path)
    assert ended.description == "was killed by SIGKILL, without a word."


def test_what_takes_too_long_is_ended(tmp_path: Path):
    ended = run("import sys; sys.stdin.read(); print('asked to end')", tmp_path, 1.0)
    assert (ended.exit_code, ended.last_line) == (None, "asked to end")
