"""What the examples in the API's documentation are made of."""

from pydantic import ConfigDict, JsonValue

JOB_ID = "4f7c3f6e-5b2a-4c57-9a53-0f6a3a1f2b10"
ARXIV_ID = "2601.00000"  # the sample paper, in `samples/`
VIDEO_ID = f"{ARXIV_ID}-S3.SS1-0123456789abcdef"
VIDEO_URL = f"https://arxiviz.example.org/api/video/{VIDEO_ID}"
TITLE = "How Fast Does Gradient Descent Walk Downhill?"
AUTHORS: list[JsonValue] = ["The arxiviz project"]
SUMMARY = "A matrix mixes all coordinates, but there are directions that it leaves alone."
TIME = "2026-01-05T09:01:12Z"


def example(**values: JsonValue) -> ConfigDict:
    """Show these values as a model's example."""
    return ConfigDict(json_schema_extra={"examples": [values]})
