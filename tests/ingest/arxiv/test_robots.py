from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import SourceUnavailableError
from arxiviz_pipeline.ingest.arxiv.answer import Answer, Freshness
from arxiviz_pipeline.ingest.arxiv.robots import DisallowedError, Robots


class FakeHttp:
    """Has files, or is out of reach."""

    def __init__(self, files: dict[str, bytes], *, is_down: bool = False) -> None:
        self.files = files
        self.is_down = is_down
        self.asked: list[str] = []

    def get(
        self, url: str, *, freshness: Freshness | None = None, attempts: int | None = None
    ) -> Answer:
        self.asked.append(url)
        if self.is_down:
            raise SourceUnavailableError(url)
        status = 200 if url in self.files else 404
        return Answer(url, status, "text/plain", self.files.get(url, b""), None)


def allows(robots: Robots, url: str) -> bool:
    try:
        robots.check(url)
    except DisallowedError:
        return False
    return True


def rules_of(content: bytes, site: str = "https://example.org", **settings: object) -> Robots:
    http = FakeHttp({f"{site}/robots.txt": content})
    return Robots(http, program="arxiviz", **settings)  # pyright: ignore[reportArgumentType]


def test_arxivs_recorded_rules_leave_pages_and_pdfs_to_programs(shared_papers: Path):
    recorded = (shared_papers / "responses/http/robots.txt").read_bytes()
    robots = rules_of(recorded, "https://arxiv.org")
    assert allows(robots, "https://arxiv.org/html/2601.00001v3")
    assert allows(robots, "https://arxiv.org/pdf/2601.00001v3")
    assert allows(robots, "https://arxiv.org/abs/2601.00001v3")
    assert not allows(robots, "https://arxiv.org/src/2601.00001v3")
    assert not allows(robots, "https://arxiv.org/e-print/2601.00001v3")
    assert not allows(robots, "https://arxiv.org/api/query?id_list=2601.00001")


def test_the_source_is_never_asked_for_at_arxiv_org():
    for http in (FakeHttp({}), FakeHttp({}, is_down=True)):
        robots = Robots(http, program="arxiviz", programs_urls=["https://arxiv.org"])
        assert not allows(robots, "https://arxiv.org/src/2601.00001v3")
        assert not allows(robots, "https://arxiv.org/e-print/2601.00001v3")
        assert allows(robots, "https://arxiv.org/html/2601.00001v3")


def test_a_site_is_asked_once():
    http = FakeHttp({})
    robots = Robots(http, program="arxiviz")
    for path in ("/html/1", "/html/2"):
        assert allows(robots, f"https://example.org{path}")
    assert http.asked == ["https://example.org/robots.txt"]


def test_rules_for_this_program_are_heeded():
    robots = rules_of(b"User-agent: arxiviz\nDisallow: /html\n\nUser-agent: *\nAllow: /")
    assert not allows(robots, "https://example.org/html/1")


def test_the_longest_rule_counts():
    robots = rules_of(b"User-agent: *\nDisallow: /\nAllow: /html/")
    assert allows(robots, "https://example.org/html/1")
    assert not allows(robots, "https://example.org/pdf/1")


def test_interfaces_for_programs_are_not_for_crawlers_to_judge():
    robots = rules_of(b"User-agent: *\nDisallow: /", interfaces=["https://example.org/api/query"])
    assert allows(robots, "https://example.org/api/query?id_list=2601.00001")
    assert not allows(robots, "https://example.org/api/query-other")


def test_a_site_for_programs_may_send_crawlers_away():
    site = "https://example.org"
    robots = rules_of(b"User-agent: *\nDisallow: /", programs_urls=[f"{site}/"])
    assert allows(robots, f"{site}/src/1")


def test_a_site_for_programs_may_keep_a_path_to_itself():
    site = "https://example.org"
    robots = rules_of(b"User-agent: *\nDisallow: /src", programs_urls=[site])
    assert not allows(robots, f"{site}/src/1")


def test_a_refusal_names_the_rules_and_the_path():
    with pytest.raises(
        DisallowedError, match=r"https://example.org/robots.txt doesn't .* ask for /a\."
    ):
        rules_of(b"User-agent: *\nDisallow: /a").check("https://example.org/a")


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from([b"User-agent: *\n", b"Disallow: ", b"Allow: /", b"*", b"$", b"%", b"\n"])
    ).map(b"".join)
)
def test_any_file_is_heeded_or_not(content: bytes):
    allows(rules_of(content), "https://example.org/html/2601.00001v3")
