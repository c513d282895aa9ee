"""A TeX file's bytes become the text its author wrote, whatever encoding it is in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.ingest.latex.encodings import declared_encoding, decode_tex

WESTERN = "Le théorème de Poincaré, démontré à Göttingen. Señor Ångström était là."
RUSSIAN = "Пусть дано множество точек на плоскости, и пусть их число конечно."


@pytest.mark.parametrize(
    ("option", "encoding", "text"),
    [
        ("latin1", "latin-1", WESTERN),
        ("ansinew", "cp1252", WESTERN + " “quoted” – dashed"),
        ("latin9", "iso8859_15", WESTERN + " 5 €"),
        ("latin2", "iso8859_2", "Zażółć gęślą jaźń"),
        ("applemac", "mac_roman", WESTERN),
        ("cp850", "cp850", WESTERN),
        ("koi8-r", "koi8_r", RUSSIAN),
        ("cp1251", "cp1251", RUSSIAN),
        ("utf8", "utf-8", WESTERN + RUSSIAN),
        ("latin1,utf8", "utf-8", WESTERN),
    ],
)
def test_a_declared_encoding_is_used(option: str, encoding: str, text: str):
    source = f"\\usepackage[{option}]{{inputenc}}\n{text}"
    assert decode_tex(source.encode(encoding)) == source


@pytest.mark.parametrize(
    ("name", "encoding", "text"),
    [
        ("GB", "gb18030", "这是一个关于集合的定理"),
        ("Bg5", "big5", "這是一個關於集合的定理"),
        ("JIS", "euc_jp", "これは集合についての定理です"),
        ("SJIS", "shift_jis", "これは集合についての定理です"),
        ("KS", "euc_kr", "이것은 집합에 관한 정리이다"),
    ],
)
def test_an_encoding_of_the_cjk_package_is_used(name: str, encoding: str, text: str):
    source = f"\\begin{{CJK*}}{{{name}}}{{song}}\n{text}\n\\end{{CJK*}}"
    assert decode_tex(source.encode(encoding)) == source


def test_a_declaration_in_a_comment_says_nothing():
    assert declared_encoding(b"% \\usepackage[latin2]{inputenc}") is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str):
    assert decode_tex(WESTERN.encode(encoding)) == WESTERN


@pytest.mark.parametrize("encoding", ["latin-1", "mac_roman", "cp850"])
def test_undeclared_western_text_is_told_by_its_letters(encoding: str):
    assert decode_tex(WESTERN.encode(encoding)) == WESTERN


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("koi8_r", RUSSIAN),
        ("cp1251", RUSSIAN),
        ("gb18030", "我们证明这个定理对于所有的自然数都成立，并且给出一个例子。" * 3),
        ("iso2022_jp", "これは集合についての定理です"),
    ],
)
def test_undeclared_text_in_other_scripts_is_guessed(encoding: str, text: str):
    assert decode_tex(text.encode(encoding)) == text


def test_utf8_survives_a_few_wrong_bytes():
    content = WESTERN.encode() + b" Erd\xf6s " + RUSSIAN.encode()
    assert decode_tex(content) == f"{WESTERN} Erdös {RUSSIAN}"


def test_what_other_files_declare_counts_where_a_file_declares_nothing():
    assert decode_tex("Zażółć".encode("iso8859_2"), "iso8859_2") == "Zażółć"


def test_lines_end_alike_and_control_characters_go():
    assert decode_tex(b"a\r\nb\rc\nd\x00\x1a\fe") == "a\nb\nc\nd\ne"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.sampled_from([b"", b"\xff\xfe", b"\\usepackage[utf8]{inputenc}", b"\\begin{CJK}{GB}{}"]),
    st.binary(max_size=300),
)
def test_any_bytes_decode(start: bytes, content: bytes):
    text = decode_tex(start + content)
    text.encode("utf-8")
    assert "\r" not in text
    assert "\0" not in text
