"""The import files of a demo city."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pinzhi.records.catalog.demo.files import fact_files, generated_files, write_rows
from pinzhi.records.catalog.demo.sizes import Size
from pinzhi.records.catalog.demo.vocabulary import read_rows
from tests.records.catalog.demo.words import DEMO

TINY = Size("tiny", standards=400, organisations=500, institutions=20)


def digests(target: Path) -> dict[str, str]:
    files = generated_files(DEMO, TINY, target)
    return {file.path.name: hashlib.sha256(file.path.read_bytes()).hexdigest() for file in files}


def test_files_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_file_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    written: list[str] = []
    first = list(generated_files(DEMO, TINY, tmp_path, written.append))
    before = {file.path: file.path.stat().st_mtime_ns for file in first}

    again = list(generated_files(DEMO, TINY, tmp_path, written.append))

    assert again == first
    assert {file.path: file.path.stat().st_mtime_ns for file in again} == before
    assert written[:2] == ["organisations.csv", "standards.csv"]
    assert len(written) == len(first)


def test_a_file_gets_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    def breaks_off() -> Iterator[tuple[str]]:
        yield ("1",)
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_rows(tmp_path / "standards.csv", ("number",), breaks_off())

    assert not (tmp_path / "standards.csv").exists()


def test_facts_that_are_not_from_a_named_source_are_marked_as_invented() -> None:
    real = ("青岛早报 2024-01-04", "公开常识", "GB/T 2260", "RASAAS/docmcp-knowledge, CC BY 4.0")
    for file in fact_files(DEMO):
        if file.kind == "capabilities":
            continue  # they belong to invented institutions
        for row in read_rows(file.path):
            invented = "演示" in row["source"]
            assert row["synthetic"] == ("1" if invented else "0"), row
            assert invented or row["source"].startswith(real), row


def test_invented_organisations_carry_a_name_that_says_so_and_real_ones_no_code() -> None:
    organisations = next(file for file in fact_files(DEMO) if file.kind == "organisations")
    for row in read_rows(organisations.path):
        if row["synthetic"] == "1":
            assert "示例" in row["name"] or "澄海" in row["name"]
        else:
            assert row["code"] == ""
