"""Enrolments of courses as they stood on a day: who came, sat and passed; personal, so only ever shown as groups."""

from typing import Any

from django.db.models import Case, DateField, DecimalField, Exists, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.models import GroupRelease
from pinzhi.records.publishing.sources.catalog import Sides
from pinzhi.records.publishing.sources.shapes import Field, Side, Source
from pinzhi.records.publishing.times import AsOf
from pinzhi.records.training.models import Attendance, Enrolment, Lesson, Mark, Sitting

_HOURS = DecimalField(max_digits=12, decimal_places=4)


def _rows(at: AsOf) -> Sides:
    """Return the enrolments that were admitted, of sessions that had begun; who withdrew is none."""
    rows = Enrolment.objects.filter(state="admitted", session__starts_on__lte=at.on)
    return ((Side(at), rows if at.known is None else rows.filter(at__lte=at.known)),)


def _version() -> str:
    """Return a word that changes with every release: nothing else is ever told of people."""
    newest = GroupRelease.objects.order_by("-pk").values_list("pk", flat=True).first()
    return str(newest or 0)


def _hours(rows: Any, group: str, hours: str) -> Any:
    summed = rows.order_by().values(group).annotate(_hours=Sum(hours)).values("_hours")
    return Coalesce(Subquery(summed), Value(0), output_field=_HOURS)


def _attended(side: Side) -> Q:
    """Return the condition of ``has_attended``: the share of lessons held that the course asks for, by its edition."""
    present = Attendance.objects.filter(enrolment=OuterRef("pk"), present=True, lesson__on__lte=side.at.on)
    if side.at.known is not None:
        present = present.filter(at__lte=side.at.known)
    held = Lesson.objects.filter(session=OuterRef("session"), on__lte=side.at.on)
    asked = Case(
        *[
            When(session__course_id=one.id, session__edition=one.edition, then=Value(one.attendance_share))
            for one in rulebook().all_of(Course)
        ],
        default=Value(1),
        output_field=_HOURS,
    )
    enough = GreaterThanOrEqual(_hours(present, "enrolment", "lesson__hours"), _hours(held, "session", "hours") * asked)
    return Q(Exists(held)) & Q(enough)


def _sittings(side: Side) -> Any:
    """Return the sittings of an enrolment that had ended by the day."""
    rows = Sitting.objects.filter(enrolment=OuterRef("pk"), exam__held_on__lte=side.at.on)
    return rows if side.at.known is None else rows.filter(began_at__lte=side.at.known)


def _marked(side: Side, *conditions: Q) -> Q:
    """Return the condition that a sitting has a mark, once its results were confirmed, and that this one meets some."""
    known = Q() if side.at.known is None else Q(at__lte=side.at.known)
    later = Mark.objects.filter(known, sitting=OuterRef("sitting"), number__gt=OuterRef("number"))
    marks = Mark.objects.filter(
        known,
        ~Exists(later),
        *conditions,
        sitting__enrolment=OuterRef("pk"),
        sitting__exam__released_on__lte=side.at.on,
    )
    return Q(Exists(marks))


ENROLMENTS = Source(
    title=Text("培训报名", "Enrolments in training"),
    unit=Text("人次", "enrolments"),
    sides=_rows,
    version=_version,
    key="number",
    columns=("course", "session", "finished_on"),
    order=("number",),
    personal=True,
    fields={
        "course": Field(
            Text("课程", "Course"), "code", "session__course_id", codelist="courses", dimension=True, joined=True
        ),
        "session": Field(Text("培训班", "Session"), "code", "session__key", dimension=True, joined=True),
        "district": Field(
            Text("区（市）", "District"), "code", "session__district", codelist="districts", dimension=True, joined=True
        ),
        "person": Field(Text("学员", "Person"), path="learner__key", joined=True),
        "organisation": Field(Text("单位", "Organisation"), path="organisation_code"),
        "starts_on": Field(Text("开班日期", "Starts on"), "date", "session__starts_on", joined=True),
        "finished_on": Field(Text("结业日期", "Ends on"), "date", "session__ends_on", joined=True),
        "examined_on": Field(
            Text("考试日期", "Examined on"), "date",
            value=lambda side: Subquery(
                _sittings(side).order_by("-exam__held_on").values("exam__held_on")[:1], output_field=DateField()
            ),
        ),
        "attended": Field(Text("学时足够", "Attended"), "flag", flag=_attended),
        "sat": Field(Text("参加考试", "Sat"), "flag", flag=lambda side: Q(Exists(_sittings(side)))),
        "marked": Field(Text("成绩已公布", "Results out"), "flag", flag=_marked),
        "passed": Field(Text("合格", "Passed"), "flag", flag=lambda side: _marked(side, Q(passed=True))),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)  # fmt: skip
