"""What becomes Python of what is not quite Python."""

import ast

import pytest

from arxiviz_pipeline.scenes.repair.text_mends import mend_text
from tests.scenes.proving import scene

GOOD = scene("a = Text('one')", "self.play(Write(a))", "self.wait()")


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        (f"```python\n{GOOD}```\nThis shows a text.", GOOD.strip()),
        (f"Here is the scene:\n\n```\n{GOOD}", GOOD.strip()),
        (f"Sure! This is the code you've asked for:\n{GOOD}", GOOD.strip()),
        (f"{GOOD}\nLet me know if it doesn't work!\n", GOOD.strip()),
        (GOOD.replace("'one'", "“one”"), 'a = Text("one")'),
        (GOOD.replace("    ", "\t").replace("\t\ta =", "        a ="), "a = Text('one')"),
        ("\n".join(f"    {line}" for line in GOOD.splitlines()), GOOD.strip()),
        (GOOD.replace("        self.play", "          self.play"), "self.play(Write(a))"),
        (GOOD.replace("Text('one')", "Text('one'"), "a = Text('one')"),
        (GOOD.replace("Write(a))", "Write(a)))"), "self.play(Write(a))"),
        (GOOD.replace("(self):", "(self)"), "def construct(self):"),
        (GOOD.replace("Text('one')", "Text('one"), "self.play(Write(a))"),
        (f"{GOOD}        b = VGroup(\n            Text('two'),\n            Te", "self.wait()"),
        (GOOD.replace("self.wait()", "for i in range(3):"), "self.play(Write(a))"),
        (GOOD.replace("self.wait()", "this is no Python"), "self.play(Write(a))"),
        (GOOD.replace("self", "self\xa0").replace("import", "import\u200b"), "a = Text('one')"),
        (GOOD.replace("\n", "\\n"), "a = Text('one')"),
    ],
)  # fmt: skip
def test_it_is_made_python_and_keeps_what_was_good(broken: str, kept: str):
    with pytest.raises(SyntaxError):
        ast.parse(broken)
    mended = mend_text(broken)
    ast.parse(mended.code)
    assert kept in mended.code
    assert "class A(Scene):" in mended.code
    assert mended.changes


def test_what_is_python_is_left_alone():
    assert mend_text(GOOD).code == GOOD
    assert mend_text(GOOD).changes == ()


def test_prose_alone_becomes_no_scene():
    assert "class" not in mend_text("I cannot help with that, sorry!").code


def test_tabs_among_spaces_stand_as_wide_as_an_editor_shows_them():
    code = scene("for i in range(3):", "    a = Text('one')", "self.wait()")
    broken = code.replace("        self.wait()", "\tself.wait()")
    assert mend_text(broken).code == code


def test_no_indentation_slip_is_set_right_by_moving_a_method_out_of_itself():
    code = scene("a = Text('one')", "self.play(Write(a))", "self.wait()")
    broken = code.replace("        self.play", "   self.play")
    mended = mend_text(broken).code
    (definition,) = ast.parse(mended).body[1:]
    assert isinstance(definition, ast.ClassDef)
    assert all(isinstance(each, ast.FunctionDef) for each in definition.body)
