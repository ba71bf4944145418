from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import InvalidInput
from qa.ingest.decoding import decode

FRENCH = "Le président a déclaré que la zone sera créée à l’été. Les négociations ont été menées à Sotchi. "
RUSSIAN = "Президент России Владимир Путин заявил, что стороны договорились о создании зоны. "
POLISH = "Prezydent powiedział, że strefa zostanie utworzona. Będzie miała piętnaście kilometrów szerokości. "
TURKISH = "Türkiye'nin Soçi'de imzaladığı anlaşmaya göre İdlib'de bir bölge oluşturulacak. "
GREEK = "Ο πρόεδρος είπε ότι η ζώνη θα δημιουργηθεί μέχρι τις δεκαπέντε Οκτωβρίου. "
JAPANESE = "プーチン大統領は非武装地帯を設けると述べた。幅は十五キロメートルになる。"


@settings(deadline=None)
@given(st.text())
def test_utf8_is_read_as_it_is_and_named(text: str) -> None:
    text = text.replace("\0", "").lstrip("\ufeff") + " and these words make it a text" * 40
    decoded = decode(text.encode())
    assert (decoded.text, decoded.encoding) == (text, "utf-8")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_tells_the_encoding_and_is_no_part_of_the_text(codec: str) -> None:
    decoded = decode(TURKISH.encode(codec))
    assert decoded.text == TURKISH
    assert decoded.encoding == codec.removesuffix("-sig")


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (FRENCH, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859_2"),
        (TURKISH, "cp1254"),
        (GREEK, "cp1253"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "gb18030"),
    ],
)
def test_encoding_other_than_utf8_is_detected_and_named(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, codec)


def test_of_codecs_that_read_the_same_the_one_in_wider_use_is_named() -> None:
    assert decode("The café in Zürich was closed on Monday, he said.".encode("latin-1")).encoding == "cp1252"


def test_utf8_with_a_broken_byte_is_refused_rather_than_garbled() -> None:
    raw = TURKISH.encode() + b"\xff" + TURKISH.encode()
    with pytest.raises(InvalidInput, match=f"1 broken bytes, the first at byte {len(TURKISH.encode())}"):
        decode(raw)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NUL"),
        ("No byte order mark here.".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"\xff\xfeodd", "truncated data"),
        (b"\x01\x02 text \x03\x04" * 20, "control characters"),
        (b"%PDF-1.7 \xe2\xe3\xcf\xd3", "PDF"),
        (b"{\\rtf1\\ansi Hello there.}", "RTF"),
        (b"PK\x03\x04 word/document.xml", "ZIP"),
    ],
)
def test_what_is_not_text_is_refused_with_the_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        decode(raw)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_text_or_an_error_of_ours(raw: bytes) -> None:
    try:
        decoded = decode(raw)
    except InvalidInput:
        return
    assert "\0" not in decoded.text
    assert raw.decode(decoded.encoding).lstrip("\ufeff") == decoded.text.lstrip("\ufeff")
