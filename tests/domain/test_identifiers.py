"""What counts as an arXiv id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import InvalidArxivIdError
from arxiviz_pipeline.domain.identifiers import ArxivId


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1706.03762", "1706.03762"),
        ("1706.03762v7", "1706.03762v7"),
        ("  arXiv:1706.03762 ", "1706.03762"),
        ("ARXIV: 0704.0001", "0704.0001"),
        ("arXiv:1706.03762v7 [cs.CL]", "1706.03762v7"),
        ("math/0309136", "math/0309136"),
        ("math.GT/0309136v1", "math/0309136v1"),
        ("cond-mat.mes-hall/9901001", "cond-mat/9901001"),
        ("astro-ph/0001197", "astro-ph/0001197"),
        ("https://arxiv.org/abs/1706.03762v2", "1706.03762v2"),
        ("http://www.arxiv.org/pdf/1706.03762.pdf", "1706.03762"),
        ("https://export.arxiv.org/html/2401.00001v1", "2401.00001v1"),
        ("arxiv.org/abs/math%2F0309136", "math/0309136"),
        ("https://arxiv.org/abs/math/0309136?context=math.GT#x", "math/0309136"),
        ("https://www.alphaxiv.org/overview/2401.00001", "2401.00001"),
        ("https://ar5iv.labs.arxiv.org/html/1706.03762", "1706.03762"),
        ("https://ar5iv.org/abs/1706.03762", "1706.03762"),
        ("https://ar5iv.org/html/math/0309136v2/", "math/0309136v2"),
        ("https://arxiv.org/abs/1706.03762v7/", "1706.03762v7"),
        ("HTTPS://ARXIV.ORG/ABS/1706.03762", "1706.03762"),
        ("https://arxiv.org/pdf/1706.03762v7.pdf#page=3", "1706.03762v7"),
        ("https://arxiv.org/pdf/1706.03762v7?download=1", "1706.03762v7"),
        ("https://arxiv.org/html/1706.03762v7#S3.SS2", "1706.03762v7"),
        ("https://export.arxiv.org/src/hep-th/9711200v3", "hep-th/9711200v3"),
        ("www.arxiv.org/abs/1706.03762", "1706.03762"),
        ("arxiv.org/abs/math.GT/0309136v1", "math/0309136v1"),
        ("https://www.alphaxiv.org/abs/2401.00001v2?chatId=x", "2401.00001v2"),
        ("alphaxiv.org/pdf/2401.00001v2", "2401.00001v2"),
        ("10.48550/arXiv.1706.03762", "1706.03762"),
        ("doi:10.48550/ARXIV.1706.03762", "1706.03762"),
        ("https://doi.org/10.48550/arXiv.1706.03762", "1706.03762"),
        ("https://dx.doi.org/10.48550%2FarXiv.math%2F0309136", "math/0309136"),
        ("arxiv: https://arxiv.org/abs/1706.03762", "1706.03762"),
    ],
)
def test_parse_reads_every_way_people_write_an_id(text: str, canonical: str):
    assert str(ArxivId.parse(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1706",
        "1706.0376",  # five digits since 2015
        "1406.03762",  # four before
        "0703.0001",  # the new scheme began in April 2007
        "1713.03762",  # no thirteenth month
        "1706.03762v0",
        "1706.03762v",
        "1706.03762v7 extra",
        "math/030913",
        "Math/0309136",
        "../../etc/passwd",
        "https://example.org/abs/1706.03762",
        "https://arxiv.org/list/cs.CL/recent",
        "https://[/abs/1706.03762",
        "https://arxiv.org.example.org/abs/1706.03762",
        "https://example.org@arxiv.org.example.org/abs/1706.03762",
        "https://arxiv.org/abs/1706.03762/extra",
        "https://arxiv.org/abs/",
        "ftp://arxiv.org/abs/1706.03762",
        "https://doi.org/10.1000/182",
        "10.48550/arXiv.",
        "1706.03762\nv7",
        "1706.03762v7\x00",
        "١٧٠٦.٠٣٧٦٢",  # digits, but not ASCII ones
        "1706.03762" * 100,
    ],
)
def test_parse_refuses_anything_else_and_says_what_an_id_looks_like(text: str):
    with pytest.raises(InvalidArxivIdError, match="arXiv id"):
        ArxivId.parse(text)


PIECES = (
    "https://", "arxiv.org", "/abs/", "/pdf/", "arXiv:", "10.48550/arXiv.", "doi.org/",
    "1706.03762", "math.GT/0309136", "v7", ".pdf", "/", "?", "#", "%2F", "%", "[",
    " ", "@", ":", "export.", "\\",
)  # fmt: skip


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_parse_never_raises_anything_else(text: str):
    try:
        arxiv_id = ArxivId.parse(text)
    except InvalidArxivIdError:
        return
    assert ArxivId.parse(str(arxiv_id)) == arxiv_id


@given(
    st.builds(
        "{:02}{:02}.{:05}{}".format,
        st.integers(15, 99),
        st.integers(1, 12),
        st.integers(0, 99999),
        st.sampled_from(["", "v1", "v12"]),
    )
)
def test_the_canonical_form_parses_to_itself(text: str):
    assert str(ArxivId.parse(text)) == text


@given(
    st.sampled_from(["1706.03762", "math/0309136", "cond-mat/9901001", "0704.0001"]),
    st.sampled_from(["", "v1", "v12"]),
    st.sampled_from(
        ["{}", " arXiv:{} ", "10.48550/arXiv.{}", "https://doi.org/10.48550/arXiv.{}"]
        + [
            f"{scheme}{host}/{page}/{{}}{ending}"
            for scheme in ("", "http://", "https://")
            for host in ("arxiv.org", "export.arxiv.org", "www.alphaxiv.org", "ar5iv.org")
            for page in ("abs", "pdf", "html", "overview")
            for ending in ("", "/", "?x=1", "#S1", ".pdf")
        ]
    ),
)
def test_an_id_is_the_same_in_whatever_is_written_around_it(number: str, version: str, form: str):
    assert str(ArxivId.parse(form.format(number + version))) == number + version


def test_a_slug_is_one_path_component_and_unambiguous():
    assert ArxivId.parse("math/0309136v2").slug == "math_0309136v2"
    assert ArxivId.parse("1706.03762").slug == "1706.03762"
