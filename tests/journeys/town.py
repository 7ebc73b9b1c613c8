"""The people of a journey, each with a browser of his own, and a round that they take an application through."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from playwright.sync_api import Page, expect

from pinzhi.records.accounts.permissions import actor_for
from pinzhi.records.assessment.actions.sheets import save_sheet, submit_sheet
from pinzhi.records.assessment.models import Assignment, Entry
from pinzhi.records.assessment.rules import instrument_of, scheme_of
from tests.build import PASSWORD
from tests.records.assessment.build import moment
from tests.records.assessment.player import marked
from tests.visitors import Visit

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class Town:
    """Who takes part, and the day they share."""

    visit: Visit
    settings: Any
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str, address: str) -> Page:
        """Return somebody's browser at an address, signed in."""
        if who not in self.pages:
            page = self.visit()
            page.goto(address)
            page.get_by_label("邮箱").fill(f"{who}@example.org")
            page.get_by_label("密码").fill(PASSWORD)
            page.locator("main form.fields .btn.p").click()
            self.pages[who] = page
        self.pages[who].goto(address)
        return self.pages[who]

    def on(self, day: date) -> None:
        """Let it be another day."""
        self.settings.TODAY = day


@dataclass
class Round:
    """A round and the one application in it, as officers take them on in the browser."""

    town: Town
    key: str
    number: str

    @property
    def desk(self) -> str:
        """The address of the application on the officers' desk."""
        return f"/desk/rounds/{self.key}/entries/{self.number}"

    @property
    def own(self) -> str:
        """The address of the application for who applies."""
        return f"/desk/applications/{self.key}/{self.number}"

    def call(self, scheme: str, closes_on: date, members: int = 3) -> None:
        """Call the round and appoint its committee."""
        officer = self.town.page("officer", "/desk/rounds/call")
        officer.get_by_label("规则").select_option(scheme)
        officer.get_by_label("申报到哪一天").fill(f"{closes_on}")
        officer.get_by_role("button", name="启动").click()
        for number in range(members):
            officer.get_by_label("邮箱").fill(f"member{number}@example.org")
            officer.get_by_label("记录里的姓名").fill(f"委员{number}")
            officer.get_by_role("button", name="聘任").click()

    def forward(self, who: str, to: str) -> None:
        """Press the button that moves the application on."""
        page = self.town.page(who, self.desk)
        self._press(page, to)

    def decide(self, who: str, to: str, *, document: str, effective_on: date) -> None:
        """Press the button that moves it on by a document, which has effect from a day."""
        page = self.town.page(who, self.desk)
        page.get_by_label("文号").first.fill(document)
        page.get_by_label("生效日期").first.fill(f"{effective_on}")
        self._press(page, to)

    def _press(self, page: Page, to: str) -> None:
        page.get_by_role("button", name=f"办到“{to}”").click()
        expect(page.get_by_text(f"{self.number} 已到")).to_be_visible()

    def assign(self, stage: str) -> None:
        """Press the button that gives the application to a panel."""
        page = self.town.page("officer", f"/desk/rounds/{self.key}/assignment/{stage}")
        page.get_by_role("button", name="分配", exact=True).click()
        expect(page.get_by_text("最优性已证明")).to_be_visible()

    def hand_in(self, stage: str, level: int) -> None:
        """Let the experts whose sheets are still open hand them in, at about a level in per cent."""
        entry = Entry.objects.get(round__key=self.key, number=self.number)
        found = scheme_of(entry.round).stage_of(stage)
        assert found is not None
        instrument = instrument_of(found, entry.category)
        assert instrument is not None
        tasks = Assignment.objects.filter(stage=stage, ended_at=None, submitted_at=None).select_related("expert__user")
        for task in tasks:
            actor = actor_for(task.expert.user, moment().on)
            last = task.sheets.order_by("-number").first()
            kept = save_sheet(
                actor=actor, assignment_id=task.pk, base=last.number if last else 0, answers=marked(instrument, level),
                notes={}, when=moment(),
            )  # fmt: skip
            submit_sheet(actor=actor, assignment_id=task.pk, seen=kept.number, when=moment())

    def seal(self, stage: str) -> None:
        """Press the button that seals the results of a stage."""
        page = self.town.page("officer", f"/desk/rounds/{self.key}?state={stage}")
        page.get_by_role("button", name="封存这一阶段的得分").click()
        expect(page.get_by_text("已封存 1 份得分")).to_be_visible()

    def propose(self, grade: str) -> Page:
        """Let the chair put a grade to the vote; return the page of the room while the vote is open."""
        chair = self.town.page("chair", f"/desk/rounds/{self.key}/decision")
        chair.get_by_label("奖项").select_option(grade)
        chair.get_by_role("button", name="开始表决").click()
        return chair

    def vote(self, members: int = 3) -> None:
        """Let every member say yes, and the chair close the vote."""
        room = f"/desk/rounds/{self.key}/decision"
        for number in range(members):
            member = self.town.page(f"member{number}", room)
            member.get_by_label("赞成").check()
            member.get_by_role("button", name="投票").click()
            expect(member.get_by_text("已投票，写入记录")).to_be_visible()
        chair = self.town.page("chair", room)
        chair.get_by_role("button", name="结束并计票").click()
        expect(chair.get_by_text("表决通过")).to_be_visible()

    def post(self) -> None:
        """Post the notice that waits."""
        page = self.town.page("officer", f"/desk/rounds/{self.key}/notices")
        page.get_by_label("正文", exact=True).fill("现向社会公示。")
        page.get_by_label("英文正文").fill("On public notice.")
        page.get_by_role("button", name="发布").click()
        expect(page.get_by_text("已公示 1 份申报")).to_be_visible()
