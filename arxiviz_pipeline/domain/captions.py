"""WebVTT captions from a storyboard, or of a script's own. The format: https://www.w3.org/TR/webvtt1/."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from arxiviz_pipeline.domain.models import Beat

_MILLISECONDS = 1000


def storyboard_to_webvtt(storyboard: Sequence[Beat], duration_seconds: float) -> str:
    """Write one cue per beat, in order, none past the video's end.

    Beats that add up to more or less than the video are stretched to fit it.
    """
    total = sum(beat.seconds for beat in storyboard)
    stretch = duration_seconds / total if total > 0 else 0.0
    ends = [*accumulate(beat.seconds * stretch for beat in storyboard)]
    texts = (beat.narration for beat in storyboard)
    return cues_to_webvtt(zip([0.0, *ends], ends, texts, strict=False), duration_seconds)


def cues_to_webvtt(cues: Iterable[tuple[float, float, str]], duration_seconds: float) -> str:
    """Write cues that are there at some time of the video, none past its end.

    Args:
        cues: Start and end in seconds, and what is said.
        duration_seconds: The video's.
    """
    blocks = ["WEBVTT"]
    for number, (start, end, text) in enumerate(cues, start=1):
        shown, gone = max(0.0, start), min(end, duration_seconds)
        if text.strip() and _milliseconds(gone) > _milliseconds(shown):
            blocks.append(f"{number}\n{_time(shown)} --> {_time(gone)}\n{_text(text)}")
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
