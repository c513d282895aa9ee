"""WebVTT captions from a storyboard. The format: https://www.w3.org/TR/webvtt1/."""

from collections.abc import Sequence

from arxiviz_pipeline.domain.models import Beat

_MILLISECONDS = 1000


def storyboard_to_webvtt(storyboard: Sequence[Beat], duration_seconds: float) -> str:
    """Write one cue per beat, in order, none past the video's end.

    Beats that add up to more or less than the video are stretched to fit it.
    """
    total = sum(beat.seconds for beat in storyboard)
    stretch = duration_seconds / total if total > 0 else 0.0
    blocks = ["WEBVTT"]
    start = 0.0
    for number, beat in enumerate(storyboard, start=1):
        end = start + beat.seconds * stretch
        if beat.narration.strip() and _milliseconds(end) > _milliseconds(start):
            blocks.append(f"{number}\n{_time(start)} --> {_time(end)}\n{_text(beat.narration)}")
        start = end
    return "\n\n".join(blocks) + "\n"


def _milliseconds(seconds: float) -> int:
    return round(seconds * _MILLISECONDS)


def _time(seconds: float) -> str:
    whole, milliseconds = divmod(_milliseconds(seconds), _MILLISECONDS)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}.{milliseconds:03}"


def _text(narration: str) -> str:
    line = " ".join(narration.split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
