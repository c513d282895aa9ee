"""Whatever a PDF holds, reading it ends in a paper or in a PaperFormatError."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.pdf.parser import parse_pdf
from tests.ingest.pdf.typesetting import text_content, written_pdf

QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
LINES = [
    "On Balances", "1. Introduction", "1.1. Words", "I. ONE", "II. TWO", "A. Letters", "Appendix B",
    "Abstract", "References", "[1] A. Author", "[2] B. Author", "Figure 1. A balance", "7", "x = y",
    "Two readings of one balance differ by more than chance allows in all of these.", "- item",
]  # fmt: skip
PAPER = written_pdf(pages=3, content=text_content(LINES * 3))


def parse_or_refuse(content: bytes) -> None:
    try:
        paper = parse_pdf(content, "x.pdf")
    except PaperFormatError:
        return
    assert paper.sections
    assert len({part.id for part in paper.sections}) == len(paper.sections)
    assert [part.order_index for part in paper.sections] == list(range(len(paper.sections)))


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes):
    parse_or_refuse(b"%PDF-1.4\n" + content)


@QUICK
@given(st.lists(st.tuples(st.integers(0, len(PAPER) - 1), st.integers(0, 255)), max_size=8))
def test_any_damage(changes: list[tuple[int, int]]):
    damaged = bytearray(PAPER)
    for where, byte in changes:
        damaged[where] = byte
    parse_or_refuse(bytes(damaged))


@QUICK
@given(
    st.lists(
        st.tuples(st.sampled_from(LINES), st.sampled_from([8, 10, 14]), st.integers(40, 400)),
        min_size=5,
        max_size=40,
    )
)
def test_any_lines_in_any_place(lines: list[tuple[str, int, int]]):
    shown = "".join(
        f"BT /F {size} Tf {left} {750 - 12 * index} Td ({line}) Tj ET "
        for index, (line, size, left) in enumerate(lines)
    )
    parse_or_refuse(written_pdf(pages=2, content=shown.encode()))
