"""Tables become what can be read, and contrasts two cards."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.scenes.template.concepts.comparison import find
from arxiviz_pipeline.scenes.template.features import Feature
from tests.scenes.concepts.told import (
    assert_drawn_well,
    assert_told_soundly,
    code_of,
    material_of,
    narration,
    pages_of,
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
    code = code_of(pages)
    labels = [code.index(label) for label in ("<b>Ours</b>", "Beta", "Gamma", "Alpha")]
    assert labels == sorted(labels)
    assert "(lower" in code
    assert "6.5" in code
    assert "Our engine needs less fuel than all the others" in narration(pages)


def test_a_direction_is_told_only_if_the_paper_tells_it():
    untold = ENGINES.replace(" Lower is better for the fuel.", "")
    assert "(lower" not in code_of(pages_of(only(untold)))


def test_words_are_shown_as_a_table_row_by_row():
    code = code_of(pages_of(only(SHAPES)))
    assert "concrete and tar" in code
    assert code.index("FadeIn(row_0") < code.index("FadeIn(row_1") < code.index("FadeIn(row_2")


def test_a_large_table_is_cut_to_what_the_text_names():
    rows = "\n".join(f"| Kind {chr(65 + n)}x | {n} | a{n} | b{n} | c{n} | d{n} | e{n} |"
                     for n in range(20))  # fmt: skip
    head = "| Kind | Mass | P | Q | R | S | T |\n|---|---|---|---|---|---|---|"
    content = f"The mass of kind Qx is striking in Table 1.\n\n*Table 1: Kinds.*\n\n{head}\n{rows}"
    code = code_of(pages_of(only(content)))
    assert "Kind Qx" in code
    assert code.count("Kind ") <= 8


def test_a_contrast_becomes_two_cards():
    feature = only(CONTRAST)
    assert feature.tells == {0}
    said = narration(pages_of(feature))
    assert said.startswith("Oaks keep their leaves until the winter comes.")
    assert said.endswith("Whereas birches lose them in the autumn.")


def test_a_gerund_after_while_is_no_contrast():
    sentence = "The engine runs all day long, while keeping its parts cool and clean."
    assert find(material_of(make_section(sentence))) == []


def test_symbols_keep_their_case_and_names_lose_their_capital_on_cards():
    symbols = "$u_0$ and $v_0$ are where the search begins, whereas $u_1$ and $v_1$ are its ends."
    [feature] = find(material_of(make_section(symbols)))
    assert narration(pages_of(feature)).startswith("u₀ and v₀ are where")
    unlike = "Unlike the older model, the new model needs no labels at all for its training."
    [feature] = find(material_of(make_section(unlike)))
    assert narration(pages_of(feature)).startswith("Unlike the older model:")


def test_a_side_that_points_elsewhere_is_none():
    content = "In practice, this limit is met by all cables, whereas the radio fails to meet it."
    assert not find(material_of(make_section(content)))


def test_a_listing_that_nothing_speaks_of_is_no_comparison():
    listing = "| `open` | `close` |\n| --- | --- |\n| `read` | `write` |\n| `seek` | `tell` |"
    assert not find(material_of(make_section(listing)))
    assert find(material_of(make_section(listing.replace("`seek`", "12"))))


def test_references_to_the_literature_are_no_column():
    table = (
        "| Walk | Source | Steps |\n| --- | --- | --- |\n| greedy | [ann01, bob] | 12 |\n"
        "| lazy | [cleo:7] | 35 |"
    )
    [feature] = find(material_of(make_section(table)))
    assert "ann01" not in code_of(pages_of(feature))


def test_nothing_is_drawn_where_there_is_no_time():
    assert pages_of(only(ENGINES), seconds=3.0) == []


def test_comparisons_are_well_drawn(latex: Typesetter, rehearser: Rehearser):
    long = SHAPES.replace("canvas", "canvas and " * 30).replace("Flat", "A very flat roof " * 5)
    negative = ENGINES.replace("12.5", "-12.5").replace("9.75", "-0.5")
    contents = [ENGINES, SHAPES, long, negative, CONTRAST]
    assert_drawn_well([only(content) for content in contents], rehearser, seconds=26.0)


_cell = st.text(st.sampled_from("ab1259.,-–±%$\\{}^_|*~ ↑↓é<&\"'"), max_size=12)


@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.lists(st.lists(_cell, min_size=3, max_size=3), min_size=3, max_size=9), _cell)
def test_whatever_a_table_holds_what_is_drawn_is_sound(rows: list[list[str]], odd: str):
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "| --- | --- | --- |")
    lines.append(f"\nA is good, whereas {odd} is bad for all of us.")
    content = f"*Table 1: A caption {odd} of it.*\n\n" + "\n".join(lines)
    assert_told_soundly(find, make_section(content))
