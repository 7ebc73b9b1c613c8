"""Tables of entries: who applies, with what, which way it went, and what was found on the way."""

from django.db import models

from pinzhi.records.assessment.models.rounds import Round


class Entry(models.Model):
    """An application in a round. 申报.

    ``number`` is its public number in the round, ``08-017``, which says nothing of the applicant. ``version`` counts
    the steps: whoever moves an entry names the version he saw. ``digest`` is the scheme's on the day it was lodged.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries")
    number = models.CharField(max_length=20)
    category = models.CharField(max_length=40)
    name = models.CharField(max_length=200)  # organisation, team or person as it will be announced
    organisation_code = models.CharField(max_length=40, blank=True, default="")  # the applicant, or who employs him
    district = models.CharField(max_length=6, blank=True, default="")
    front_line = models.BooleanField(default=False)
    state = models.CharField(max_length=24, default="draft")
    came_from = models.CharField(max_length=24, blank=True, default="")  # the notice an objection interrupted
    grade = models.CharField(max_length=40, blank=True, default="")  # what it is proposed for, then what it was given
    digest = models.CharField(max_length=64, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_on = models.DateField()
    lodged_on = models.DateField(null=True)
    lodged_at = models.DateTimeField(null=True)
    in_state_since = models.DateField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="entry_number_unique")]
        indexes = [
            models.Index(fields=["round", "state"], name="entry_by_state"),
            models.Index(fields=["organisation_code"], name="entry_by_organisation"),
            models.Index(fields=["round", "district"], name="entry_by_district"),
        ]

    def __str__(self) -> str:
        return self.number


class EntryStep(models.Model):
    """A move of an entry, never changed. 流转记录."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    before = models.CharField(max_length=24)
    after = models.CharField(max_length=24)
    part = models.CharField(max_length=20)
    function = models.CharField(max_length=16)  # ISO/IEC 17000
    basis = models.CharField(max_length=200, blank=True, default="")
    ground = models.CharField(max_length=2000, blank=True, default="")
    document = models.CharField(max_length=200, blank=True, default="")
    actor = models.CharField(max_length=64)
    made_on = models.DateField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="entry_step_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.before} → {self.after}"


class ProfileVersion(models.Model):
    """What an organisation says of itself, once for all schemes. 单位资料."""

    organisation_code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)  # field code to text
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_code", "number"], name="profile_version_unique")]

    def __str__(self) -> str:
        return f"{self.organisation_code} {self.number}"


class SectionVersion(models.Model):
    """A text, a table or a pledge of an application, as it was saved. 申报材料的一节.

    Saves by one author within ten minutes are one row whose ``number`` goes up; every other save is a row of its own.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="sections")
    document = models.CharField(max_length=40)  # code of the scheme's document
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)  # {"text": …}, {"rows": [[…]]} or {"agreed": true, "name": …}
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "document", "number"], name="section_version_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.document} {self.number}"


class StoredFile(models.Model):
    """A file by the hash of its content; the content lies on disk. 文件."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media = models.CharField(max_length=16)  # pdf image sheet text archive: found in the content, not in the name
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]


class EntryFile(models.Model):
    """A file brought with an entry; taking it away leaves the row. 证明材料.

    Blind readers get a file only after an officer has looked whether it tells whose it is. 遮名检查.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="files")
    document = models.CharField(max_length=40)
    number = models.PositiveIntegerField()  # 附件 7: what blind readers see instead of the name
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="entry_file_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.number} {self.name}"


class EntryFact(models.Model):
    """A fact that a condition asks for, as the applicant states it or an officer found it; the latest counts. 事实."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="facts")
    fact = models.CharField(max_length=60)  # engine.rulebook.scheme_parts.FACTS
    value = models.CharField(max_length=200)  # number, text, "true" or "false"
    source = models.CharField(max_length=200, blank=True, default="")
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id} {self.fact} {self.value}"


class RuleWord(models.Model):
    """An officer's word on a condition, with its grounds; the latest counts. 审查意见."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="words")
    rule = models.CharField(max_length=40)
    holds = models.BooleanField()
    ground = models.CharField(max_length=2000)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id} {self.rule} {self.holds}"


class DepartmentAnswer(models.Model):
    """A department asked for its opinion, and what it answered; ``answered_on`` null while it has not. 部门意见."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="consultations")
    department = models.CharField(max_length=40)
    asked_on = models.DateField()
    answered_on = models.DateField(null=True)
    objects_to_it = models.BooleanField(default=False)
    ground = models.CharField(max_length=2000, blank=True, default="")
    document = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "department"], name="department_answer_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.department}"


class SelfAssessment(models.Model):
    """An organisation's own marks on an instrument, at any time, for itself. 自评."""

    organisation_code = models.CharField(max_length=40)
    instrument_id = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=0)  # counts saves while it is open
    answers = models.JSONField(default=dict)
    percent = models.CharField(max_length=60, blank=True, default="")  # exact; empty while it is open
    finished_on = models.DateField(null=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_code", "instrument_id", "edition", "number"], name="self_assessment_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_code} {self.instrument_id} {self.number}"
