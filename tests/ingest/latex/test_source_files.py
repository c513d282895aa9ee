r"""A name in `\input` leads to the file it means, and to none outside."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.ingest.latex.source_files import SourceFiles

PATHS = (
    "main.tex", "intro.tex", "Parts/Method.TEX", "parts/a.tex", "parts/b.tex", "macros.sty",
    "old.ltx", "data.v1.tex", "plain", "v2/main.tex", "v2/parts/a.tex", "my file.tex",
)  # fmt: skip
FILES = SourceFiles({path: b"" for path in PATHS})


@pytest.mark.parametrize(
    ("name", "beside", "found"),
    [
        ("intro", "main.tex", "intro.tex"),
        ("intro.tex", "main.tex", "intro.tex"),
        ("./intro", "main.tex", "intro.tex"),
        (" intro ", "main.tex", "intro.tex"),
        ('"my file"', "main.tex", "my file.tex"),
        ("INTRO", "main.tex", "intro.tex"),
        ("parts/method", "main.tex", "Parts/Method.TEX"),
        ("parts\\a", "main.tex", "parts/a.tex"),
        ("data.v1", "main.tex", "data.v1.tex"),
        ("plain", "main.tex", "plain"),
        ("old", "main.tex", "old.ltx"),
        ("macros.sty", "main.tex", "macros.sty"),
        ("b", "parts/a.tex", "parts/b.tex"),
        ("parts/b", "parts/a.tex", "parts/b.tex"),
        ("../intro", "parts/a.tex", "intro.tex"),
        ("parts/a", "v2/main.tex", "v2/parts/a.tex"),
        ("parts/b", "v2/main.tex", "parts/b.tex"),
        ("missing", "main.tex", None),
        ("", "main.tex", None),
        ("parts", "main.tex", None),
        ("../main.tex", "main.tex", None),
        ("/main.tex", "main.tex", None),
        ("../../../etc/passwd", "parts/a.tex", None),
    ],
)
def test_resolve(name: str, beside: str, found: str | None):
    assert FILES.resolve(name, beside) == found


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(alphabet="./\\ab\n\0é{}%", max_size=30), st.sampled_from(PATHS))
def test_any_name_leads_to_a_file_or_to_none(name: str, beside: str):
    found = FILES.resolve(name, beside)
    assert found is None or found in FILES.files


def test_a_file_is_read_in_the_encoding_that_the_main_file_declares():
    files = SourceFiles(
        {
            "main.tex": b"\\usepackage[latin2]{inputenc}\\input{part}",
            "part.tex": "Gęś".encode("iso8859_2"),
        }
    )
    assert files.text("part.tex") == "Gęś"


def test_a_file_that_is_not_there_has_no_text():
    with pytest.raises(KeyError):
        FILES.text("missing.tex")
