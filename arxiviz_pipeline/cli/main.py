"""`arxiviz`: its commands, and how their errors become messages and exit codes."""

import sys

import typer
from pydantic import ValidationError
from rich.console import Console

from arxiviz_pipeline import __version__
from arxiviz_pipeline.cli import (
    bucket,
    check,
    doctor,
    parse,
    process,
    render,
    submit,
    up,
    watch,
    worker,
)
from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.domain.errors import (
    ArxivizError,
    ConfigurationError,
    InvalidArxivIdError,
    NothingSubmittedError,
    SubmissionError,
)

BAD_INPUT = 2

app = typer.Typer(
    name="arxiviz",
    help="Turns arXiv papers into videos people want to watch.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("process")(process.process)
app.command("parse")(parse.parse)
app.command("render")(render.render)
app.command("check")(check.check)
app.command("submit")(submit.submit)
app.command("watch")(watch.watch)
app.command("up")(up.up)
app.command("worker")(worker.worker)
app.command("bucket")(bucket.bucket)
app.command("doctor")(doctor.doctor)


@app.callback(invoke_without_command=True)
def version_option(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    """Turn arXiv papers into videos people want to watch."""
    if version:
        Console().print(f"arxiviz {__version__}", highlight=False)
        raise typer.Exit


def main() -> None:
    """Run the command line; an error of ours is one message, not a traceback."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        app()
    except ValidationError as error:
        for finding in error.errors():
            name = ".".join(str(part) for part in finding["loc"])
            errors.print(labelled(f"The setting {name} does not work:", "red", finding["msg"]))
        sys.exit(BAD_INPUT)
    except (
        InvalidArxivIdError,
        ConfigurationError,
        SubmissionError,
        NothingSubmittedError,
    ) as error:
        errors.print(labelled("error:", "red", str(error)))
        sys.exit(BAD_INPUT)
    except ArxivizError as error:
        errors.print(labelled("error:", "red", str(error)))
        sys.exit(1)
