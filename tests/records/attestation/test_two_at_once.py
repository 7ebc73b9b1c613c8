"""Two workers issuing at once, a disk that is full, a run that is stopped: nothing twice, nothing half."""

import errno
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from pinzhi.engine.attestation.status_lists import ENTRIES, place_of
from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import ANONYMOUS, SYSTEM
from pinzhi.records.attestation.actions.dumping import dump_register
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.actions.printing import print_all
from pinzhi.records.attestation.actions.registered import attest_registered
from pinzhi.records.attestation.models import Credential, StatusTicket
from pinzhi.records.signing import signing_key
from tests.build_attestation import WHEN, make_statement
from tests.build_catalog import make_honour

EACH = 12


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_share_a_place_in_the_lists() -> None:
    signing_key("attestation")
    trouble: list[Exception] = []

    def issue(worker: int) -> None:
        try:
            for number in range(EACH):
                with transaction.atomic():
                    attest(actor=SYSTEM, statement=make_statement(key=f"{worker}-{number}"), when=WHEN)
        except Exception as error:
            trouble.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=issue, args=(worker,)) for worker in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert trouble == []
    places = [place_of(ticket) for ticket in Credential.objects.values_list("ticket_id", flat=True)]
    assert len(set(places)) == len(places) == 3 * EACH


@pytest.mark.django_db(transaction=True)
def test_two_workers_for_the_same_subject_sign_it_once() -> None:
    signing_key("attestation")
    codes: list[str] = []
    start = threading.Barrier(3)

    def issue() -> None:
        try:
            start.wait()
            with transaction.atomic():
                codes.append(attest(actor=SYSTEM, statement=make_statement(), when=WHEN).code)
        finally:
            connection.close()

    workers = [threading.Thread(target=issue) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert Counter(codes) == {Credential.objects.get().code: 3}


def test_every_place_is_given_once_before_any_is_given_twice() -> None:
    step = 4099  # a sample of the million that meets every remainder
    places = {place_of(ticket).index for ticket in range(1, ENTRIES + 1, step)}

    assert len(places) == len(range(1, ENTRIES + 1, step))
    assert place_of(ENTRIES).list_number == 1
    assert place_of(ENTRIES + 1) == place_of(1).__class__(2, place_of(1).index)


@pytest.mark.django_db
def test_a_grant_that_fails_takes_its_credential_with_it() -> None:
    def grant() -> None:
        with transaction.atomic():
            attest(actor=SYSTEM, statement=make_statement(), when=WHEN)
            raise RuntimeError("the round could not be closed")

    with pytest.raises(RuntimeError):
        grant()

    assert Credential.objects.count() == StatusTicket.objects.count() == 0


@pytest.mark.django_db
def test_a_full_disk_leaves_no_half_certificate_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        attest(actor=SYSTEM, statement=make_statement(key=str(number)), when=WHEN)
    write, written = Path.write_bytes, []

    def fill(self: Path, data: bytes) -> int:
        if len(written) == 1:
            write(self, data[:100])
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        written.append(self)
        return write(self, data)

    folder = tmp_path / "pdf"
    folder.mkdir()
    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", fill)
        with pytest.raises(OSError, match="No space"):
            list(print_all(folder))
    assert [file.suffix for file in folder.iterdir()] == [".pdf"]

    last = list(print_all(folder))[-1]

    assert (last.total, last.made, len(list(folder.iterdir()))) == (3, 2, 3)
    assert all(file.read_bytes().startswith(b"%PDF") for file in folder.iterdir())


@pytest.mark.django_db
def test_a_full_disk_leaves_no_half_dump(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path

    def fill(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", fill)
        with pytest.raises(OSError, match="No space"):
            dump_register(actor=SYSTEM, when=WHEN)
    assert list((tmp_path / "dumps").iterdir()) == []

    folder = dump_register(actor=SYSTEM, when=WHEN)

    assert (folder / "manifest.json").is_file()
    assert dump_register(actor=SYSTEM, when=WHEN) == folder


@pytest.mark.django_db
def test_issuing_for_the_register_goes_on_where_it_stopped() -> None:
    for number in range(5):
        make_honour(f"mayor-7-{number}", title_en="The 7th Mayor's Quality Award")
    make_honour("mayor-7-notice", state="notice")

    first = [*attest_registered(actor=SYSTEM, kind="honour", scheme="mayor", when=WHEN)][-1]
    again = [*attest_registered(actor=SYSTEM, kind="honour", scheme="mayor", when=WHEN)][-1]

    assert (first.total, first.signed, again.signed) == (5, 5, 5)
    assert Credential.objects.count() == 5
    with pytest.raises(PinzhiError):
        next(attest_registered(actor=ANONYMOUS, kind="honour", scheme="mayor", when=WHEN))
