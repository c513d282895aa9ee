"""Captions from storyboards."""

from arxiviz_pipeline.domain.captions import cues_to_webvtt, storyboard_to_webvtt
from arxiviz_pipeline.domain.models import Beat


def test_each_beat_becomes_a_cue_with_its_time():
    storyboard = [Beat("First.", 2.5, "title"), Beat("a < b & c", 60, "formula")]
    assert storyboard_to_webvtt(storyboard, 62.5) == (
        "WEBVTT\n\n"
        "1\n00:00:00.000 --> 00:00:02.500\nFirst.\n\n"
        "2\n00:00:02.500 --> 00:01:02.500\na &lt; b &amp; c\n"
    )


def test_cues_are_stretched_to_the_video_and_silent_beats_make_none():
    captions = storyboard_to_webvtt([Beat("Said.", 1, ""), Beat(" ", 1, "pause")], 4)
    assert "00:00:00.000 --> 00:00:02.000\nSaid." in captions
    assert captions.count("-->") == 1


def test_a_blank_line_inside_a_narration_cannot_end_its_cue():
    assert "one two" in storyboard_to_webvtt([Beat("one\n\ntwo", 1, "")], 1)


def test_without_beats_there_is_a_header_alone():
    assert storyboard_to_webvtt([], 3.0) == "WEBVTT\n"


def test_cues_of_a_scripts_own_are_kept_within_the_video():
    cues = [(-1.0, 0.5, "Early"), (0.5, 9.0, "Long"), (3.0, 4.0, "Late"), (1.0, 1.0, "Never")]
    assert cues_to_webvtt(cues, 2.0) == (
        "WEBVTT\n\n"
        "1\n00:00:00.000 --> 00:00:00.500\nEarly\n\n"
        "2\n00:00:00.500 --> 00:00:02.000\nLong\n"
    )
