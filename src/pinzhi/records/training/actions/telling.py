"""Tell enterprises and learners what became of an enrolment, and what there is to do about it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.notices.actions import Accounts, OrganisationPeople, send
from pinzhi.records.training.models import Enrolment, Exam, Session
from pinzhi.records.training.queries.pages import SessionLine
from pinzhi.records.training.rules import course_of

_MOST_NUMBERS = 20  # admission numbers named in one message


def tell_admitted(session: Session, rows: Sequence[Enrolment], when: Moment) -> None:
    """Say that people are admitted, and how each comes to his timetable and his examination."""
    subject = Text(f"已录取到培训班 {session.key}", f"Admitted to session {session.key}")
    _tell(session, rows, "admitted", subject, _how_to_begin(session), when)


def tell_waiting(session: Session, rows: Sequence[Enrolment], when: Moment) -> None:
    """Say that a session is full and people wait."""
    subject = Text(f"培训班 {session.key} 已满，进入候补", f"Session {session.key} is full: on the waiting list")
    body = Text(
        "有人退出就按先后自动递补，递补到了再告诉你。",
        "Places that become free go to the list in its order; you are told when yours has come.",
    )
    _tell(session, rows, "waiting", subject, body, when)


def tell_moved_up(session: Session, rows: Sequence[Enrolment], when: Moment) -> None:
    """Say that those who waited have a place now."""
    subject = Text(f"候补已转为录取：{session.key}", f"From the waiting list into session {session.key}")
    _tell(session, rows, "moved-up", subject, _how_to_begin(session), when)


def tell_rejected(session: Session, rows: Sequence[Enrolment], ground: str, when: Moment) -> None:
    """Say that people are not admitted, why, and until when they may be enrolled again."""
    subject = Text(f"未录取到培训班 {session.key}", f"Not admitted to session {session.key}")
    again = Text("", "")
    if when.on <= session.enrol_until:
        again = Text(
            f"改好后，{session.enrol_until} 以前可以再报。",
            f" They may be enrolled again until {session.enrol_until}.",
        )
    body = Text(f"理由：{_ended(ground, '。')}{again.zh}", f"The ground: {_ended(ground, '.')}{again.en}")
    _tell(session, rows, "rejected", subject, body, when)


def tell_cancelled(
    session: Session, rows: Sequence[Enrolment], ground: str, others: Sequence[SessionLine], when: Moment
) -> None:
    """Say that a session is cancelled, why, and which others take the same people."""
    title = course_of(session).title
    listed = Text(
        "；".join(f"{one.row.key}，{one.row.starts_on} 开课，还有 {one.left} 个名额" for one in others),
        "; ".join(f"{one.row.key} from {one.row.starts_on}, {one.left} places left" for one in others),
    )
    onward = Text(
        f"同一课程正在报名的有：{listed.zh}。打开这个班的页面，可以把原来的人一次转过去。",
        f"Sessions of this course that are open: {listed.en}. On the session's page all can be moved in one act.",
    )
    if not others:
        onward = Text(
            "现在没有正在报名的同一课程，排定后会列在“培训”里。",
            "No other session of this course is open; new ones are listed under Training.",
        )
    subject = Text(f"培训班 {session.key} 取消了", f"Session {session.key} is cancelled")
    body = Text(
        f"原定 {session.starts_on} 开课的“{title.zh}”取消，报名随之作废。理由：{_ended(ground, '。')}{onward.zh}",
        f"“{title.en}”, which was to begin on {session.starts_on}, is cancelled, and enrolments with it. "
        f"The ground: {_ended(ground, '.')} {onward.en}",
    )
    _tell(session, rows, "cancelled", subject, body, when)


def tell_exam(exam: Exam, rows: Sequence[Enrolment], when: Moment) -> None:
    """Say when an examination is held, and where it is entered."""
    session, day = exam.session, _day(exam.held_on)
    subject = Text(f"{session.key} 定在 {day.zh}考试", f"Session {session.key} is examined on {day.en}")
    body = Text(
        "开考后从“考试和证书”进入，照服务器的钟计时。出勤不够的不能参加。",
        "Enter it from “Examinations and certificates” once it is open; the server's clock counts. "
        "Who attended too little cannot sit.",
    )
    _tell(session, rows, f"exam-{exam.number}", subject, body, when)


def tell_results(exam: Exam, rows: Sequence[Enrolment], when: Moment) -> None:
    """Say that results are confirmed; marks themselves stand behind the sign-in."""
    session = exam.session
    subject = Text(f"{session.key} 第 {exam.number} 次考试出成绩了", f"Results of session {session.key} are out")
    body = Text(
        "成绩已确认。合格的有证书，企业可以提名任职；没合格的可以看补考。",
        "The results are confirmed. Who passed has a certificate and may be nominated; others may look for the resit.",
    )
    _tell(session, rows, f"results-{exam.number}", subject, body, when)


def _how_to_begin(session: Session) -> Text:
    title, day = course_of(session).title, _day(session.starts_on)
    return Text(
        f"“{title.zh}”{day.zh}开课。本人登录后打开“考试和证书”，用准考证号和手机后四位认领报名，"
        "课表、签到和考试都在那里。",
        f"“{title.en}” begins on {day.en}. Each signs in, opens “Examinations and certificates” and claims the "
        "enrolment by the admission number and the last four digits of the mobile: timetable, check-in and examination "
        "are there.",
    )


def _tell(session: Session, rows: Iterable[Enrolment], what: str, subject: Text, body: Text, when: Moment) -> None:
    """Tell each enterprise with the numbers of its people, and those people who have an account."""
    firms, accounts = defaultdict(list), []
    for one in rows:
        firms[one.organisation_code].append(one.number)
        if one.learner.user_id is not None:
            accounts.append(one.learner.user_id)
    about, once = ("training_session", session.key), f"training.{session.key}.{what}.{when.at.isoformat()}"
    for code, numbers in firms.items():
        told = Text(f"{_named(numbers).zh}。{body.zh}", f"{_named(numbers).en}. {body.en}")
        send(to=OrganisationPeople(code), subject=subject, body=told, link=f"/desk/training/sessions/{session.key}",
             about=about, when=when, once=once)  # fmt: skip
    send(to=Accounts(tuple(accounts)), subject=subject, body=body, link="/desk/exams", about=about, when=when,
         once=f"{once}.own")  # fmt: skip


def _named(numbers: Sequence[str]) -> Text:
    shown, count = "、".join(numbers[:_MOST_NUMBERS]), len(numbers)
    rest = count > _MOST_NUMBERS
    return Text(
        f"准考证号 {shown}{'等' if rest else ''}，共 {count} 人",
        f"Admission numbers {shown.replace('、', ', ')}{' and others' if rest else ''}: {count} in all",
    )


def _ended(sentence: str, stop: str) -> str:
    return sentence.rstrip("。. ") + stop


def _day(on: date) -> Text:
    return Text(f" {on.month} 月 {on.day} 日", f"{on}")
