"""What the audit of a rehearsal says of scenes whose faults are known, and of scenes without."""

import dataclasses

import pytest

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.rendering.rehearsal import LocalRehearser
from tests.rendering.scripts import scene, script

FIRST_LINE = 5  # of the body of `scene`
# The findings, as kind, severity, what the message holds, and the line.
FAULTS = {
    "a-text-cut-by-the-edge": (
        "self.add(Text('far too wide').shift(6 * RIGHT))\nself.wait()",
        ("off_frame", "error", "“far too wide” leaves the frame", FIRST_LINE + 1),
    ),
    "a-text-that-is-never-on-the-frame": (
        "self.add(Text('nowhere').shift(20 * UP), Dot())\nself.wait(2)",
        ("off_frame", "error", "“nowhere” stands outside the frame", FIRST_LINE + 1),
    ),
    "a-shape-cut-by-the-edge": (
        "self.add(Square().shift(6.8 * RIGHT))\nself.wait()",
        ("off_frame", "warning", "A Square reaches beyond the frame", FIRST_LINE + 1),
    ),
    "two-texts-on-each-other": (
        "self.add(Text('below'))\nself.play(FadeIn(Text('above')))\nself.wait()",
        ("overlap", "error", "“above” and “below” overlap", FIRST_LINE + 1),
    ),
    "a-formula-on-a-text": (
        "self.add(Text('below'), MathTex('a', '+', 'b')[1:].shift(0.1 * UP))\nself.wait()",
        ("overlap", "error", "“a + b” and “below” overlap", FIRST_LINE + 1),
    ),
    "a-text-that-became-another": (
        (
            "text = Text('first').shift(UP)\nself.add(text, Text('other').shift(DOWN))\n"
            "self.play(Transform(text, Text('second').shift(DOWN)))\nself.wait()"
        ),
        ("overlap", "error", "“other” and “second” overlap", FIRST_LINE + 2),
    ),
    "a-line-through-a-text": (
        "self.add(Text('a struck text'), Line(3 * LEFT, 3 * RIGHT))\nself.wait()",
        ("overlap", "warning", "A Line crosses “a struck text”", FIRST_LINE + 1),
    ),
    "small-letters": (
        "self.add(Text('a small text', font_size=11))\nself.wait()",
        ("too_small", "warning", "“a small text” is too small", FIRST_LINE + 1),
    ),
    "tiny-letters": (
        "self.add(MathTex('a + b').scale(0.2))\nself.wait()",
        ("too_small", "error", "“a + b” is too small", FIRST_LINE + 1),
    ),
    "a-short-emptiness": (
        "self.add(Dot())\nself.wait()\nself.clear()\nself.wait(3)\nself.add(Dot())\nself.wait()",
        ("empty", "warning", "Nothing is seen for 3.0 s", FIRST_LINE + 5),
    ),
    "a-long-emptiness": (
        "self.play(FadeIn(dot := Dot()))\nself.play(FadeOut(dot))\nself.wait(6)",
        ("empty", "error", "Nothing is seen for 6.0 s", FIRST_LINE + 2),
    ),
    "what-has-the-background-s-colour-is-not-seen": (
        "self.add(Text('unseen', color=BLACK))\nself.wait(3)\nself.add(Dot())\nself.wait()",
        ("empty", "warning", "Nothing is seen", FIRST_LINE + 3),
    ),
    "a-scene-that-shows-nothing-at-all": (
        "self.add(Text('unseen', color=BLACK))\nself.wait(0.5)",
        ("empty", "error", "Nothing is ever seen", None),
    ),
    "a-text-too-short-to-read": (
        (
            "self.add(text := Text('six words to read at once'), Dot(3 * UP))\nself.wait(1)\n"
            "self.remove(text)\nself.wait()"
        ),
        ("pacing", "warning", "has 6 words and stands for 1.0 s", FIRST_LINE + 1),
    ),
}
SOUND = {
    "signs-without-letters": (
        "self.add(Text('–', font_size=24), MathTex(r'\\cdots', font_size=30).shift(UP))\n"
        "self.wait()"
    ),
    "a-label-in-its-box": (
        "box = Square(2, fill_opacity=1, color=BLUE)\nself.add(box, Text('in').move_to(box))\n"
        "self.add(SurroundingRectangle(box), Brace(box, DOWN), Arrow(5 * LEFT, box.get_left()))\n"
        "self.wait()"
    ),
    "a-table": "self.add(Table([['a', 'b'], ['c', 'd']]))\nself.wait()",
    "axes-larger-than-the-frame": (
        "self.add(NumberPlane((-20, 20), (-20, 20)).add_coordinates())\nself.wait()"
    ),
    "a-formula-whose-parts-move": (
        "old, new = MathTex('a', '+', 'b'), MathTex('b', '+', 'a')\nself.play(Write(old))\n"
        "self.play(TransformMatchingTex(old, new))\n"
        "self.play(Indicate(new[0]), Circumscribe(new))\nself.wait()"
    ),
    "what-flies-out": (
        "self.play(FadeIn(text := Text('going')))\nself.play(text.animate.shift(10 * RIGHT))\n"
        "self.add(Dot())\nself.wait()"
    ),
    "what-a-closer-camera-leaves-out": (
        "self.add(Text('left').shift(5 * LEFT), Text('right').shift(5 * RIGHT))\nself.wait()\n"
        "self.play(self.camera.frame.animate.scale(0.3).shift(3.5 * LEFT))\nself.wait()"
    ),
    "what-is-fixed-while-space-turns": (
        "self.set_camera_orientation(phi=1.2, theta=0.5)\ntitle = Text('title').to_edge(UP)\n"
        "self.add_fixed_in_frame_mobjects(title)\nself.add(ThreeDAxes(), Sphere())\nself.wait()"
    ),
    "what-something-opaque-covers": (
        "self.add(Text('old'))\nself.wait()\n"
        "self.add(FullScreenRectangle(fill_opacity=1, fill_color=BLACK), Text('new'))\nself.wait()"
    ),
    "what-cannot-be-seen": ("self.add(Text('ghost').set_opacity(0), Text('body'))\nself.wait()"),
    "a-copy-in-the-same-place": ("text = Text('twice')\nself.add(text, text.copy())\nself.wait()"),
    "a-line-behind-a-label-s-ground": (
        "ground = Dot(radius=0.5, color=BLUE)\nself.add(Line(3 * LEFT, 3 * RIGHT), ground, "
        "Text('v', color=BLACK))\nself.wait()"
    ),
    "a-line-behind-a-box-of-the-ground-s-colour": (
        "box = Square(1, color=WHITE, fill_color=BLACK, fill_opacity=1)\n"
        "self.add(Line(3 * LEFT, 3 * RIGHT), box, Text('H'))\nself.wait()"
    ),
    "a-line-behind-a-text-with-its-own-ground": (
        "number = Text('7').add_background_rectangle()\n"
        "self.add(Line(3 * LEFT, 3 * RIGHT), number)\nself.wait()"
    ),
    "a-text-behind-a-text-with-its-own-ground": (
        "words = Text('new').add_background_rectangle()\nself.add(Text('old'), words)\nself.wait()"
    ),
    "what-overlaps-outside-the-frame": (
        "axis = NumberLine([0, 1, 1], length=9).shift(5 * RIGHT)\n"
        "axis.add(*(Text(each, font_size=24).shift(8 * RIGHT) for each in '78'))\n"
        "self.add(axis)\nself.wait()"
    ),
    "a-pause-between-two-things": (
        "self.play(FadeIn(dot := Dot()))\nself.play(FadeOut(dot))\nself.wait(1.5)\n"
        "self.play(FadeIn(dot))"
    ),
    "a-number-that-counts": (
        "number = DecimalNumber(0)\nself.add(number)\n"
        "self.play(ChangeDecimalToValue(number, 10))\nself.wait()"
    ),
}
BASES = {
    "what-a-closer-camera-leaves-out": "MovingCameraScene",
    "what-is-fixed-while-space-turns": "ThreeDScene",
}


@pytest.fixture(scope="module")
def layouts() -> dict[str, tuple[Finding, ...]]:
    """What is found in each of the scenes above."""
    bodies = {name: body for name, (body, _) in FAULTS.items()} | SOUND
    scripts = [
        dataclasses.replace(
            script(scene(body).replace("(Scene)", f"({BASES.get(name, 'Scene')})")), storyboard=()
        )
        for name, body in bodies.items()
    ]
    rehearsals = list(LocalRehearser().rehearse(scripts))
    assert [rehearsal.error for rehearsal in rehearsals] == [None] * len(scripts)
    return {name: told.layout for name, told in zip(bodies, rehearsals, strict=True)}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_once_and_nothing_else(layouts: dict[str, tuple[Finding, ...]], name: str):
    kind, severity, message, line = FAULTS[name][1]
    (finding,) = layouts[name]
    assert (finding.kind, finding.severity, finding.line) == (kind, severity, line)
    assert message in finding.message
    assert finding.at_seconds is not None


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_layout_has_no_finding(layouts: dict[str, tuple[Finding, ...]], name: str):
    assert layouts[name] == ()
