"""Tables and captions are read as what they are, and not as prose."""

import pytest

from arxiviz_pipeline.scenes.text.captions import CaptionBlock, read_caption
from arxiviz_pipeline.scenes.text.section_text import TextBlock, read_blocks
from arxiviz_pipeline.scenes.text.tables import Quantity, TableBlock, read_quantity, read_table
from tests.scenes.sections import make_section

TABLE = """| Car | Speed | | Weight |
| --- | --- | --- | --- |
| | city | road | (kg) |
| Red | 30 | 90 | 900 |
| Blue | 25 | **95** | 1,100 |"""


def tables_of(content: str) -> list[TableBlock]:
    return [block for block in read_blocks(make_section(content)) if isinstance(block, TableBlock)]


def test_a_header_of_two_rows_becomes_one():
    [table] = tables_of(TABLE)
    assert table.header == ("Car", "Speed city", "Speed road", "Weight (kg)")
    assert table.rows == (("Red", "30", "90", "900"), ("Blue", "25", "**95**", "1,100"))


@pytest.mark.parametrize(
    "content",
    [f"*Table 2: Cars and speeds.*\n\n{TABLE}", f"{TABLE}\n\n*TABLE 2. Cars and speeds.*"],
    ids=["above", "below"],
)
def test_a_table_has_the_caption_beside_it(content: str):
    [table] = tables_of(f"We compare cars.\n\n{content}\n\nThe end is near.")
    assert (table.number, table.caption) == ("2", "Cars and speeds.")


def test_each_of_two_tables_has_its_own_caption():
    content = f"*Table 1: One.*\n\n{TABLE}\n\n*Table 2: Two.*\n\n{TABLE}\n\nSome text."
    assert [table.caption for table in tables_of(content)] == ["One.", "Two."]


def test_columns_without_a_value_are_dropped():
    table = read_table(["| A | B | C |", "| --- | --- | --- |", "| x | | 1 |", "| y | | 2 |"])
    assert table is not None
    assert table.header == ("A", "C")


def test_bars_in_math_part_no_cells():
    table = read_table(["| A | B |", "|---|---|", r"| $\\|x\\|$ | $\|y\|$ |", "| z | w |"])
    assert table is not None
    assert table.rows[0] == (r"$\|x\|$", "$|y|$")


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("23.75", 23.75, ""),
        ("**28.4**", 28.4, ""),
        (r"$2.3\cdot 10^{19}$", 2.3e19, ""),
        ("$-0.0297$", -0.0297, ""),
        ("1,540,396 (5.88 MB)", 1540396.0, ""),
        ("100K", 100_000.0, ""),
        ("12 %", 12.0, "%"),
        (r"$0.59 \pm 0.02$", 0.59, ""),
        ("350 ms", 350.0, "ms"),
        (r"$\sim$ 5", 5.0, ""),
    ],
)
def test_quantities_are_read(cell: str, value: float, unit: str):
    assert read_quantity(cell) == Quantity(pytest.approx(value), unit)


@pytest.mark.parametrize("cell", ["", "-", "5–15", "160$\\times$120", "$O(n^2)$", "Model 3", "1/8"])
def test_what_is_no_single_number_is_no_quantity(cell: str):
    assert read_quantity(cell) is None


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("*Figure 2: (left) A box.*", CaptionBlock("figure", "2", "(left) A box.")),
        ("*(a) Wireless network*", CaptionBlock("part", "a", "Wireless network")),
        ("Table IV. All of them", CaptionBlock("table", "IV", "All of them")),
        ("*Algorithm 1: Sorting*", CaptionBlock("algorithm", "1", "Sorting")),
    ],
)
def test_captions_are_told_from_prose(text: str, caption: CaptionBlock):
    assert read_caption(text) == caption


@pytest.mark.parametrize(
    "text", ["(a) the first case holds.", "Figure 2 shows a box.", "*An emphasis*", ""]
)
def test_prose_is_no_caption(text: str):
    assert read_caption(text) is None


def test_captions_of_parts_are_not_told_as_sentences():
    blocks = read_blocks(make_section("A sentence stays.\n\n*(a) A part.*\n\n*(b) Another.*"))
    told = [each for block in blocks if isinstance(block, TextBlock) for each in block.sentences]
    assert told == ["A sentence stays."]


def test_a_section_of_captions_alone_tells_them():
    blocks = read_blocks(make_section(f"*Table 1: Cars race.*\n\n{TABLE}"))
    assert [type(block) for block in blocks] == [TextBlock, TableBlock]
    assert isinstance(blocks[0], TextBlock)
    assert blocks[0].sentences == ("Cars race.",)
