"""The feedback report: for the applicant once it is over for him, as page, PDF and DOCX, and no judge is named."""

from io import BytesIO

import docx
import pytest
from django.test import Client

from pinzhi.records.assessment.models import Assignment, Entry
from tests.build import give_role, make_user
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, make_task, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
ADDRESS = "/desk/applications/mayor-8/08-017/feedback"


@pytest.fixture
def entry() -> Entry:
    made = make_entry(make_round(), state="not_shortlisted")
    task: Assignment = make_task(made, make_expert("E-001"), "desk_review", handed_in=True, percent="45")
    task.sheets.update(notes={"4.1.2": {"strengths": ["例会决定有跟踪"], "improvements": ["方针传到供方没有说明"]}})
    items = dict.fromkeys(task.sheets.get().answers, "45")
    made.results.create(
        stage="desk_review", number=1, percent="45", items=items, marks_digest="d", judges={"E-001": "45"},
        actor="system", sealed_at=moment().at,
    )  # fmt: skip
    return made


def visitor(code: str) -> Client:
    user = make_user(f"{code}@example.org")
    give_role(user, "enterprise", organisation_code=code)
    client = Client()
    client.force_login(user)
    return client


def test_page_pdf_and_docx_say_the_same_and_name_no_judge(entry: Entry) -> None:
    client = visitor(CODE)
    page = client.get(ADDRESS).content.decode()
    assert "例会决定有跟踪" in page
    assert "方针传到供方没有说明" in page
    assert "E-001" not in page
    assert "专家E" not in page
    pdf = client.get(f"{ADDRESS}.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert len(pdf.content) > 10_000
    written = docx.Document(BytesIO(client.get(f"{ADDRESS}.docx").content))
    text = "\n".join(one.text for one in written.paragraphs)
    assert "例会决定有跟踪" in text
    assert "E-001" not in text


def test_it_is_the_applicants_own_and_comes_at_the_end(entry: Entry) -> None:
    assert visitor("91370212MA0000888T").get(ADDRESS).status_code == 404
    Entry.objects.update(state="desk_review")
    assert visitor(CODE).get(ADDRESS).status_code in (403, 404, 409)
