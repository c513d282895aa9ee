"""Scripts in files: read, written, and what is wrong with them told to a person."""

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.models import Finding, GateName, SceneScript
from arxiviz_pipeline.domain.repairs import describe_attempt
from arxiviz_pipeline.rendering.child_answers import clean_message

# What its layout is like, or whether it shows an equation, keeps no script from being rendered.
_DECISIVE: frozenset[GateName] = frozenset({"policy", "formulas", "rehearsal"})


def read_script(file: Path) -> str:
    """Read a file's text.

    Raises:
        ConfigurationError: If it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8-sig")  # some editors begin with a mark
    except (OSError, UnicodeDecodeError) as error:
        message = f"{str(file)!r} cannot be read: {error}."
        raise ConfigurationError(message) from error


def write_script(code: str, file: Path) -> None:
    """Write a script.

    Raises:
        ConfigurationError: If it cannot be written.
    """
    try:
        file.write_text(code, encoding="utf-8")
    except OSError as error:
        message = f"The script cannot be written to {str(file)!r}: {error.strerror}."
        raise ConfigurationError(message) from error


def would_render(script: SceneScript) -> bool:
    """Tell whether a checked script gives a video, as far as the gates can tell."""
    return all(check.passed for check in script.checks if check.name in _DECISIVE)


def describe(script: SceneScript, file: Path) -> Iterator[Text]:
    """Tell what a checked script is like: the result, then each finding with its line."""
    if would_render(script):
        yield labelled(f"{file}:", "green", f"{script.scene_name} would render")
    else:
        yield labelled(f"{file}:", "red", "would not render")
    for check in script.checks:
        if not check.passed and not check.findings:
            yield Text(f"  {check.name}: {check.message}")
        for finding in check.findings:
            yield from _describe_finding(finding)


def describe_attempts(script: SceneScript) -> Iterator[Text]:
    """Tell what was tried to mend a script."""
    for attempt in script.attempts:
        yield labelled("  tried:", "yellow", describe_attempt(attempt))


def _describe_finding(finding: Finding) -> Iterator[Text]:
    place = f", line {finding.line}" if finding.line else ""
    moment = "" if finding.at_seconds is None else f", at {finding.at_seconds:.1f} s"
    style = "red" if finding.severity == "error" else "yellow"
    yield labelled(f"  {finding.kind}{place}{moment}:", style, finding.message)
    excerpt = clean_message(finding.excerpt).split("\n")
    for line in filter(None, (*excerpt, finding.remedy)):
        yield Text(f"      {line}", "dim")
