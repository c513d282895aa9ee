"""Symbols: what sentences say they stand for, and where formulas hold them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.scenes.formulas.atom_reader import read_atoms
from arxiviz_pipeline.scenes.formulas.symbol_names import SymbolName, choose_names, legend_of
from arxiviz_pipeline.scenes.formulas.symbols import find_symbols, symbol_of
from arxiviz_pipeline.scenes.text.display_symbols import names_by_display
from arxiviz_pipeline.scenes.text.section_text import read_blocks
from arxiviz_pipeline.scenes.text.symbol_definitions import read_definitions
from tests.scenes.sections import make_section


def named(sentence: str) -> dict[str, str]:
    return {each.symbol.tex: each.name for each in read_definitions(sentence)}


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("where $d_k$ is the dimension of the keys.", {"d_{k}": "dimension of the keys"}),
        (
            "with $Q$, $K$ and $V$ the queries, keys and values.",
            {"Q": "queries", "K": "keys", "V": "values"},
        ),
        ("Let $x_i$ denote the observed price.", {"x_{i}": "observed price"}),
        (
            r"Here $\lambda>0$ is a regularisation parameter.",
            {r"\lambda": "regularisation parameter"},
        ),
        ("and here $n$ stands for the number of nodes.", {"n": "number of nodes"}),
        (r"We raise the learning rate $\eta$ slowly.", {r"\eta": "learning rate"}),
        (
            r"Take a weight matrix $A \in \mathbb{R}^{n\times m}$ of the layer.",
            {"A": "weight matrix of the layer"},
        ),
        (r"where $p$ is the pressure and $\rho$ the density.",
         {"p": "pressure", r"\rho": "density"}),
        ("with inputs of dimension $m$.", {"m": "dimension of inputs"}),
        ("where $a$ and $b$ are the decay rates.", {"a": "decay rate", "b": "decay rate"}),
        ("the waiting time ($t_w$) grows.", {"t_{w}": "waiting time"}),
        ("the mean lifetime, $T$, of the cell", {"T": "mean lifetime"}),
        ("where $U(z)$ denotes the energy density", {"U": "energy density"}),
        (
            "where $d$ represents thermal noise and interference.",
            {"d": "thermal noise and interference"},
        ),
        ("where $f$ is a network with weights $w$, and $y$ is the output.",
         {"f": "network", "w": "weights", "y": "output"}),
        ("Denote by $\\mu$ the mean height of the plants.",
         {r"\mu": "mean height of the plants"}),
    ],
)  # fmt: skip
def test_definitions_are_read(sentence: str, names: dict[str, str]):
    assert named(sentence) == names


@pytest.mark.parametrize(
    "sentence",
    [
        "where $x$ is positive.",
        "If $x$ is the same as $y$, we stop.",
        "The sum of $a$ and $b$ is the largest.",
        "Each model uses $k$ heads in parallel.",
        "It needs an additional $O(n)$ term.",
        "where $E$ is the event that it rains.",
        "a matrix product $2x+1$ appears",
        "We took the $n$ samples from the left.",
        "With larger $N$, training is slower.",
        "Nothing to see here.",
        "where $x$ is increasing in $t$.",
        "where $x$ equals the smallest value.",
        "where $A$ is a matrix.",
        "with the three free parameters $a$ and $b$.",
        "where $r$ is the fraction of what is left.",
    ],
)
def test_what_names_no_symbol_is_left_alone(sentence: str):
    assert named(sentence) == {}


def test_names_are_short_or_left_out():
    long = "where $x$ is the wonderfully complicated never measured entirely unknown thing size."
    assert named(long) == {}
    cut = "where $x$ is the average of the yearly incomes of all the farms nearby."
    assert named(cut) == {"x": "average of the yearly incomes"}


def test_a_display_takes_names_from_its_own_sentences_first():
    section = make_section(
        "We call $a$ the old name.  The energy $E$ is kept. The growth rate $a$ is low.\n\n"
        "It follows that\n\n$$E = a b$$\n\nwhere $b$ is the birth rate.",
        ["E = a b"],
    )
    [names] = names_by_display(read_blocks(section))
    told = {each.symbol.tex: (each.name, each.is_explained) for each in names}
    assert told["b"] == ("birth rate", True)
    assert told["a"] == ("growth rate", False)
    assert told["E"] == ("energy", False)


@pytest.mark.parametrize(
    ("formula", "symbol", "found"),
    [
        (r"\frac{Q}{\sqrt{d_k}}", "d_{k}", ["d_{k}"]),
        ("x_i + x + x_j", "x", ["x"]),
        ("x^2 + x^{*}", "x", ["x^{"]),
        (r"d_{\text{m}}^{-0.5}", r"d_{\mathrm{m}}", ["d^{", r"\text{m}"]),
        ("sin(pos) + i", "i", ["i"]),
        ("sin(pos)", "pos", ["pos"]),
        ("W^Q + Q", "Q", ["Q"]),
        (r"\mathrm{d}x + d", "d", ["d"]),
        (r"\sum_{i=1}^n i", "i", ["i", "i"]),
        ("f'(x) + f", "f", ["f"]),
    ],
)
def test_symbols_are_found_where_they_stand_for_themselves(
    formula: str, symbol: str, found: list[str]
):
    reading = read_atoms(formula)
    wanted = symbol_of(symbol)
    assert reading
    assert wanted
    spans = find_symbols(reading, [wanted])
    assert [reading.tex(span.start, span.end) for span in spans] == found


def name(symbol: str, text: str) -> SymbolName:
    read = symbol_of(symbol)
    assert read
    return SymbolName(read, text)


def test_a_symbol_keeps_its_colour_through_a_scene():
    letters = [name(letter, f"thing {letter}") for letter in "abcdefg"]
    texs = ["a + b", "b + c + d", "a + c + e + f + g"]
    told = choose_names(texs, [letters] * 3)
    colours: dict[str, set[int | None]] = {}
    for names in told:
        shown = [each.colour for each in names if each.colour is not None]
        assert len(shown) == len(set(shown)) > 0
        for each in names:
            colours.setdefault(each.symbol.tex, set()).add(each.colour)
    assert all(len(each - {None}) == 1 for each in colours.values())
    assert [each.symbol.tex for each in told[0]] == ["a", "b"]


def test_symbols_of_one_name_share_an_entry():
    [both, other] = legend_of([name("K", "matrix"), name("V", "matrix"), name("n", "size")])
    assert (both.parts, both.text) == (("K,", "V"), "matrices")
    assert (other.parts, other.text) == (("n",), "size")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            [
                "$x$", "$a_i$", "$\\alpha>0$", "$$", "$", "the", "a", "is", "denotes", "rate", "of",
                "and", ",", "with", "(", ")", ".", "let", "by", "where", "stands", "for", "\x01",
                "$x, y$", "are", "*", "${$", "$\\$", "é", "dimension", "respectively",
            ]
        ),
        max_size=25,
    ).map(" ".join)
)  # fmt: skip
def test_no_sentence_is_too_odd_to_be_read(sentence: str):
    for definition in read_definitions(sentence):
        assert 0 < len(definition.name.split()) <= 6
        assert "$" not in definition.name
