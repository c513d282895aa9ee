"""Tables become what can be read, and contrasts two cards."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.scenes.template.concepts.comparison import find
from arxiviz_pipeline.scenes.template.features import Feature
from tests.scenes.concepts.features import (
    assert_sound,
    assert_well_drawn,
    material_of,
    pages_of,
    said_in,
    script_of,
)
from tests.scenes.sections import make_section

ENGINES = """Our engine needs less fuel than all the others, as Table 1 says.

*Table 1: Fuel that engines need for one journey. Lower is better for the fuel.*

| Engine | Fuel (l) | Cylinders |
| --- | --- | --- |
| Alpha | 12.5 | 4 |
| Beta | 9.75 | 6 |
| Gamma | 10.0 | 4 |
| Ours | **6.5** | 4 |"""
SHAPES = """*Table 3: What roofs are made of, and for which weather.*

| Roof | Made of | Weather |
| --- | --- | --- |
| Flat | concrete and tar | dry all year |
| Steep | wood and clay tiles | much snow |
| Round | canvas | $T > 20$ degrees |"""
CONTRAST = "Oaks keep their leaves until the winter comes, whereas birches lose them in the autumn."


def only(content: str) -> Feature:
    [feature] = find(material_of(make_section(content)))
    return feature


def test_one_telling_column_becomes_bars_the_best_first():
    pages = pages_of(only(ENGINES))
    code = script_of(pages).manim_code
    labels = [code.index(label) for label in ("<b>Ours</b>", "Beta", "Gamma", "Alpha")]
    assert labels == sorted(labels)
    assert "(lower" in code
    assert "6.5" in code
    assert "Our engine needs less fuel than all the others" in said_in(pages)


def test_a_direction_is_told_only_if_the_paper_tells_it():
    untold = ENGINES.replace(" Lower is better for the fuel.", "")
    assert "(lower" not in script_of(pages_of(only(untold))).manim_code


def test_words_are_shown_as_a_table_row_by_row():
    code = script_of(pages_of(only(SHAPES))).manim_code
    assert "concrete and tar" in code
    assert code.index("FadeIn(row_0") < code.index("FadeIn(row_1") < code.index("FadeIn(row_2")


def test_a_large_table_is_cut_to_what_the_text_names():
    rows = "\n".join(f"| Kind {chr(65 + n)}x | {n} | a{n} | b{n} | c{n} | d{n} | e{n} |"
                     for n in range(20))  # fmt: skip
    head = "| Kind | Mass | P | Q | R | S | T |\n|---|---|---|---|---|---|---|"
    content = f"The mass of kind Qx is striking in Table 1.\n\n*Table 1: Kinds.*\n\n{head}\n{rows}"
    code = script_of(pages_of(only(content))).manim_code
    assert "Kind Qx" in code
    assert code.count("Kind ") <= 8


def test_a_contrast_becomes_two_cards():
    feature = only(CONTRAST)
    assert feature.tells == {0}
    said = said_in(pages_of(feature))
    assert said.startswith("Oaks keep their leaves until the winter comes.")
    assert said.endswith("Whereas birches lose them in the autumn.")


def test_a_gerund_after_while_is_no_contrast():
    sentence = "The engine runs all day long, while keeping its parts cool and clean."
    assert find(material_of(make_section(sentence))) == []


def test_nothing_is_drawn_where_there_is_no_time():
    assert pages_of(only(ENGINES), seconds=3.0) == []


def test_comparisons_are_well_drawn():
    long = SHAPES.replace("canvas", "canvas and " * 30).replace("Flat", "A very flat roof " * 5)
    negative = ENGINES.replace("12.5", "-12.5").replace("9.75", "-0.5")
    contents = {"bars": ENGINES, "words": SHAPES, "long": long, "negative": negative,
                "contrast": CONTRAST}  # fmt: skip
    assert_well_drawn({name: only(content) for name, content in contents.items()})


_cell = st.text(st.sampled_from("ab1259.,-–±%$\\{}^_|*~ ↑↓é<&\"'"), max_size=12)


@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.lists(st.lists(_cell, min_size=3, max_size=3), min_size=3, max_size=9), _cell)
def test_whatever_a_table_holds_what_is_drawn_is_sound(rows: list[list[str]], odd: str):
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "| --- | --- | --- |")
    content = f"*Table 1: A caption {odd} of it.*\n\n" + "\n".join(lines)
    assert_sound(find, make_section(f"{content}\n\nA is good, whereas {odd} is bad for all of us."))
