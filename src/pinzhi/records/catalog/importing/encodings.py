"""Find out in which encoding a text file is, whole and in blocks; gzip'd files too."""

import gzip
from codecs import getincrementaldecoder
from pathlib import Path
from typing import IO

from pinzhi.engine.errors import BadInput

_BLOCK = 1 << 20


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacked if it is gzip'd."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def encoding_of(path: Path) -> str:
    """Return the encoding of a text: UTF-8, UTF-16 with its mark, or GB 18030; refuse what is neither throughout."""
    with open_bytes(path) as file:
        head = _read_packed(file, 4, path)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _fitting(path, "utf-16")
    try:
        return _fitting(path, "utf-8-sig")
    except _DoesNotFitError as error:
        if error.letters_before >= 8:  # so much valid UTF-8 is no accident: the file is damaged
            raise _damaged(path, error.offset, "UTF-8") from error
    try:
        return _fitting(path, "gb18030")
    except _DoesNotFitError as error:
        raise _damaged(path, error.offset, "UTF-8", "GB 18030") from error


class _DoesNotFitError(Exception):
    def __init__(self, offset: int, letters_before: int) -> None:
        self.offset = offset
        self.letters_before = letters_before
        super().__init__(offset)


def _fitting(path: Path, encoding: str) -> str:
    """Return the encoding if the whole file is in it; the file is read in blocks."""
    decoder = getincrementaldecoder(encoding)()
    offset = letters = 0
    with open_bytes(path) as file:
        while True:
            block = _read_packed(file, _BLOCK, path)
            try:
                decoded = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start]).decode(encoding, "ignore")
                letters += sum(not letter.isascii() for letter in before)
                raise _DoesNotFitError(offset + error.start, letters) from error
            if not decoded.isascii():
                letters += sum(not letter.isascii() for letter in decoded) if letters < 8 else 0
            offset += len(block)
            if not block:
                return encoding


def _read_packed(file: IO[bytes], size: int, path: Path) -> bytes:
    try:
        return file.read(size)
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise BadInput(
            "import.file.gzip",
            "压缩文件“{file}”不完整或已损坏。请重新压缩或重新下载。",
            "The gzip file {file} is cut short or damaged. Pack it or fetch it again.",
            file=path.name,
        ) from error


def _damaged(path: Path, offset: int, *encodings: str) -> BadInput:
    return BadInput(
        "import.file.encoding",
        "文件“{file}”第 {offset} 个字节起不合 {encodings} 编码。请用 UTF-8 另存后再导入。",
        "At byte {offset}, {file} does not fit {encodings}. Save it as UTF-8 and import it again.",
        file=path.name,
        offset=offset + 1,
        encodings=" / ".join(encodings),
    )
