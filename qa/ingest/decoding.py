"""Bytes → text: UTF-8 first, then a byte order mark, then what charset-normalizer finds."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Decoded:
    """text: line ends kept, no byte order mark. encoding: the codec; `utf-8` also where there was a byte order mark."""

    text: str
    encoding: str


# UTF-32 comes first: its little-endian mark begins with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = ((b"%PDF-", "a PDF document"), (b"{\\rtf", "an RTF document"), (b"PK\x03\x04", "a ZIP archive"))
# What articles are written in, the likelier first. Offered all it knows, charset-normalizer 3.5 reads
# French in Windows-1252 as mac_latin2.
_LIKELY = (
    *("cp1252", "cp1250", "cp1251", "cp1254", "cp1253", "cp1257", "cp1255", "cp1256", "cp1258", "cp874"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "koi8_u"),
    *("cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949", "euc_kr"),
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x7f]")
# What letters turn into when read with the wrong codec of the same family: signs that hardly ever end a word, controls.
_ODD = re.compile(r"[^\W\d_]{2}[¡¢£¤¥¦§¨ª¯±²³´¶¸¹¼½¾¿]|[\x80-\x9f]")
_CONTROL_SHARE = 0.01


def decode(raw: bytes) -> Decoded:
    """The text of a file. Raises InvalidInput for what is binary, damaged or in no encoding that can be told."""
    _refuse_signature(raw)
    decoded = _marked(raw) or _utf8(raw) or _detected(raw)
    controls = len(_CONTROL.findall(decoded.text)) + decoded.text.count("\0")
    if controls > _CONTROL_SHARE * len(decoded.text):
        raise InvalidInput(f"{controls:,} control characters: it is not text. Save it as plain text in UTF-8.")
    return decoded


def _refuse_signature(raw: bytes) -> None:
    for signature, name in _SIGNATURES:
        if raw.startswith(signature):
            raise InvalidInput(f"it is {name}, not text: export it as plain text in UTF-8.")


def _marked(raw: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return Decoded(_strictly(raw[len(mark) :] if encoding == "utf-8" else raw, encoding), encoding)
    return None


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"it begins with the byte order mark of {encoding.upper()}, but is not: {error.reason} "
            f"at byte {error.start:,}. Save it again as UTF-8."
        ) from error
    _refuse_nul(text.count("\0"))
    return text


def _refuse_nul(count: int) -> None:
    if count:
        raise InvalidInput(
            f"{count:,} NUL characters: it is binary, damaged, or UTF-16 without a byte order mark. Save it as UTF-8."
        )


def _utf8(raw: bytes) -> Decoded | None:
    _refuse_nul(raw.count(0))
    try:
        return Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        _refuse_damaged(raw, error)
        return None


def _refuse_damaged(raw: bytes, error: UnicodeDecodeError) -> None:
    """Raises where a file is UTF-8 but for a few bytes: any other codec would garble all the rest in silence."""
    lenient = raw.decode("utf-8", errors="ignore")
    beyond_ascii = sum(character > "\x7f" for character in lenient)
    broken = len(raw) - len(lenient.encode())
    if beyond_ascii > 4 * broken:
        raise InvalidInput(
            f"it is UTF-8 but for {broken:,} broken bytes, the first at byte {error.start:,}: mend it and save it again"
        )


def _detected(raw: bytes) -> Decoded:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - loading it costs more than a folder of UTF-8 files

    matches = from_bytes(raw, cp_isolation=list(_LIKELY)) or from_bytes(raw)
    texts = [(_strangeness(str(match)), -match.coherence, match.chaos, match.encoding) for match in matches]
    if not texts:
        raise InvalidInput("its encoding cannot be told: it is neither UTF-8 nor any other text. Save it as UTF-8.")
    return _likeliest(raw, texts)


def _strangeness(text: str) -> float:
    """Share of odd signs, in thousandths, rounded so that one footnote mark does not decide."""
    return round(1000 * len(_ODD.findall(text)) / len(text))


def _likeliest(raw: bytes, ranked: Sequence[tuple[float, float, float, str]]) -> Decoded:
    """The best match; of codecs that did as well or read the same text, the one in wider use."""
    best = min(ranked)
    text = raw.decode(best[3])
    equals = {codec for *scores, codec in ranked if scores == list(best[:3])}
    for codec in _LIKELY:
        if codec in equals or _reads_as(raw, codec, text):
            return Decoded(raw.decode(codec), codec)
    return Decoded(text, best[3])


def _reads_as(raw: bytes, codec: str, text: str) -> bool:
    try:
        return raw.decode(codec) == text
    except UnicodeDecodeError:
        return False
