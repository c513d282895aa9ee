"""`arxiviz bucket`: whether the S3 bucket serves its users, and the rules it needs for that."""

import json
from typing import Annotated

import typer
from rich.console import Console

from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage.open_store import open_object_store, open_s3_client

OriginOption = Annotated[
    list[str] | None,
    typer.Option("--origin", help="An origin whose pages may play videos; any by default."),
]


def bucket(
    apply: Annotated[bool, typer.Option("--apply", help="Write the bucket's rules.")] = False,
    origin: OriginOption = None,
) -> None:
    """Look at the S3 bucket and show the rules it needs; exits with 1 if it does not work."""
    # boto3 is half a second of import that no other command needs without a bucket.
    from arxiviz_pipeline.storage.bucket import (
        apply_rules,
        cors_rules,
        examine_bucket,
        lifecycle_rules,
    )
    from arxiviz_pipeline.storage.s3_store import S3Store

    settings, origins = Settings(), origin or ["*"]
    if settings.s3_bucket is None:
        message = "No bucket is named: set S3_BUCKET. Objects are in a folder now."
        raise ConfigurationError(message)
    client = open_s3_client(settings)
    store = open_object_store(settings, client)
    assert isinstance(store, S3Store)  # noqa: S101 - a bucket is named
    console = Console(highlight=False, soft_wrap=True)
    if apply:
        apply_rules(client, settings.s3_bucket, origins)
    else:
        rules = {"cors": cors_rules(origins), "lifecycle": lifecycle_rules()}
        console.print(json.dumps(rules, indent=1))
    page = "https://example.org" if origins == ["*"] else origins[0]
    findings = examine_bucket(client, settings.s3_bucket, store, page)
    for finding in findings:
        color = "green" if finding.works else "red"
        console.print(labelled(f"{finding.name}:", color, finding.message))
    if any(finding.required and not finding.works for finding in findings):
        raise typer.Exit(1)
