"""Tells a person how a paper is being fetched: what is asked again, and which format was found."""

from rich.console import Console
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.domain.models import PaperDocument


def tell_retries(name: str, console: Console) -> None:
    """Say from now on when a service failed and will be asked again."""

    def tell(details: RetryDetails) -> None:
        label = f"{name} trying again in {details.wait_for:.0f} s:"
        console.print(labelled(label, "yellow", str(details.caused_by)))

    set_on_retry_hooks([tell])


def tell_document(name: str, document: PaperDocument, console: Console) -> None:
    """Say which format is read, and why none of the better ones is."""
    source_format = document.paper.source_format
    console.print(f"{name} found, as {source_format}", markup=False)
    for rejected in document.rejected:
        label = f"{name} is read from its {source_format}, not {rejected.source_format}:"
        console.print(labelled(label, "yellow", rejected.reason))
