"""Tables of public notices and objections to them."""

from django.db import models

from pinzhi.records.assessment.models.entries import Entry, StoredFile
from pinzhi.records.assessment.models.rounds import Round


class Notice(models.Model):
    """A list shown to the public before it is decided. 公示. It stays as it was posted."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="notices")
    stage = models.CharField(max_length=24)  # acceptance_notice public_notice
    number = models.PositiveIntegerField()  # of the round's notices
    posted_on = models.DateField()
    document = models.CharField(max_length=200, blank=True, default="")  # 公告〔2024〕7 号
    text_zh = models.TextField()
    text_en = models.TextField()
    text_digest = models.CharField(max_length=64)  # of the texts and the list
    actor = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="notice_number_unique")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.number}"


class NoticeItem(models.Model):
    """An entry on a notice, with the words of that day. 公示名单的一行."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="items")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="listed")
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=40)
    district = models.CharField(max_length=6, blank=True, default="")
    grade = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "entry"], name="notice_item_unique")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.name}"


class Objection(models.Model):
    """An objection to a notice. 异议. Who made it is in ``identity`` alone, sealed; the applicant never sees it."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="objections")  # null: the list
    receipt = models.CharField(max_length=40, unique=True)  # what the objector keeps to ask how it stands
    ground = models.CharField(max_length=16)
    text = models.TextField()
    identity = models.BinaryField(default=b"")  # sealed JSON: name, contact, account; empty without a name
    received_on = models.DateField()
    received_at = models.DateTimeField()
    reply_by = models.DateField()
    handler = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, blank=True, default="")
    finding = models.TextField(blank=True, default="")
    removes = models.BooleanField(default=False)
    closed_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.ground}"


class ObjectionFile(models.Model):
    """Evidence sent with an objection. 异议证据."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name
