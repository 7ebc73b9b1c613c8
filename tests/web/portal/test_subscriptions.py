"""A scheduled brief from the wish to be told to the click that ends it, with mail that goes over the wire."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from pinzhi.records.publishing.actions.briefing import draft_due_briefs
from pinzhi.records.publishing.actions.editing import submit
from pinzhi.records.publishing.actions.reviewing import review
from pinzhi.records.publishing.actions.signing import publish
from pinzhi.records.publishing.models import Bulletin, Subscription
from pinzhi.records.publishing.queries.cited import CITY_FIGURES
from tests.build import work_at
from tests.build_catalog import make_certificate, make_organisation
from tests.records.publishing.build import Desk, at
from tests.smtp import Server, mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
BRIEF, READER = "certification-monthly", "li@example.org"


@pytest.fixture
def post(settings: Any) -> Iterator[Server]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


def path_in(mail: EmailMessage, pattern: str) -> str:
    found = re.search(rf"{re.escape(configured.ADDRESS)}({pattern})", mail.get_content())
    assert found
    return found[1]


def mails_to_reader(post: Server) -> list[EmailMessage]:
    return [mail for mail in post.mails if mail["To"] == READER]


def issue(desk: Desk, day: str) -> None:
    """Draft the brief that is due and lead it to publication."""
    draft_due_briefs(at(day))
    made = Bulletin.objects.filter(brief=BRIEF).latest("pk")
    made = submit(actor=desk.editor, bulletin_id=made.pk, seen=made.version, when=at(day))
    made = review(actor=desk.chair, bulletin_id=made.pk, seen=made.version, when=at(day))
    publish(actor=desk.chair, bulletin_id=made.pk, seen=made.version, when=at(day), figures=CITY_FIGURES)
    work_at(timezone.now())


def test_a_reader_subscribes_confirms_is_told_and_ends_it_with_one_click(post: Server) -> None:
    make_certificate(make_organisation(), "c-1")
    desk, reader = Desk(), Client(enforce_csrf_checks=True)
    reader.get("/bulletins")
    token = {"csrfmiddlewaretoken": reader.cookies["csrftoken"].value}
    reader.post("/bulletins/subscriptions", {"topic": BRIEF, "address": READER} | token)
    work_at(timezone.now())

    (asked,) = mails_to_reader(post)
    confirmed = reader.post(path_in(asked, r"/bulletins/subscriptions/[\w-]+"), token)
    issue(desk, "01-04")

    assert "已订阅" in confirmed.content.decode()
    told = mails_to_reader(post)[1]
    assert "List-Unsubscribe" not in asked
    assert path_in(told, r"/bulletins/certification-monthly-2023-12") == "/bulletins/certification-monthly-2023-12"
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = told["List-Unsubscribe"].strip(" <>").removeprefix(configured.ADDRESS)
    ended = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    issue(desk, "02-03")
    assert (ended.status_code, len(mails_to_reader(post))) == (200, 2)
    assert Subscription.objects.get().address is None
