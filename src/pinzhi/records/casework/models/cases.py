"""Tables of cases: what was reported or asked for, every step since, its files, and who may do what next."""

from django.db import models


class NumberSeries(models.Model):
    """The last number given in a series such as ``YC-2024``; counted up while its row is held. 编号."""

    key = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} {self.last}"


class Case(models.Model):
    """A case. 办件.

    ``values`` are the fields of its type that are not personal, as texts; those that are lie in ``sealed``, a box that
    opens under the installation's key alone. ``digest`` is that of the type's file on the day it was opened: it is
    handled under that edition to its end. ``due_on`` is the last day of the clock that ends first, null while none
    runs; it is worked out from the steps and kept for lists. ``version`` counts the changes: whoever acts names the one
    he saw. ``once`` is what another engine, or a phone, calls the case: sent again it is the same case.
    """

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    family = models.CharField(max_length=12)
    theme = models.CharField(max_length=60)
    state = models.CharField(max_length=60)
    phase = models.CharField(max_length=8)  # new open waiting closed
    # active (new or open) waiting closed: what every list asks for first; the database works it out
    lane = models.GeneratedField(
        expression=models.Case(
            models.When(phase__in=("new", "open"), then=models.Value("active")), default=models.F("phase")
        ),
        output_field=models.CharField(max_length=8),
        db_persist=True,
    )
    title = models.CharField(max_length=200)
    values = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    district = models.CharField(max_length=6, blank=True, default="")
    organisation_code = models.CharField(max_length=40, blank=True, default="")  # whom it concerns
    organisation_name = models.CharField(max_length=200, blank=True, default="")
    latitude = models.FloatField(null=True)  # WGS 84
    longitude = models.FloatField(null=True)
    found_on = models.DateField()
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_on = models.DateField(null=True)
    reporter = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    reporter_code = models.CharField(max_length=40, blank=True, default="")  # the organisation that asks
    handler_code = models.CharField(max_length=40, blank=True, default="")  # the organisation that puts it right
    provider_code = models.CharField(max_length=40, blank=True, default="")  # the institution that delivers
    verifier = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    expert = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    station = models.CharField(max_length=60, blank=True, default="")  # code of the service point
    due_code = models.CharField(max_length=60, blank=True, default="")
    due_on = models.DateField(null=True)
    seen_before = models.PositiveSmallIntegerField(default=0)  # reports merged into it
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    version = models.PositiveIntegerField(default=1)
    once = models.CharField(max_length=120, null=True, unique=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # lists are read in the order of these; what they count by is in them too, so that no row is looked up
            models.Index(fields=["lane", "due_on", "theme", "seen_before"], name="case_by_lane"),
            models.Index(fields=["district", "lane", "theme", "due_on", "seen_before"], name="case_by_district"),
            models.Index(fields=["theme", "lane", "due_on", "seen_before"], name="case_by_theme"),
            models.Index(fields=["lane", "opened_on"], name="case_by_age"),
            models.Index(fields=["opened_on", "district"], name="case_by_opening"),
            models.Index(fields=["closed_on", "district"], name="case_by_closing"),
            models.Index(fields=["organisation_code"], name="case_by_organisation"),
            models.Index(fields=["reporter"], name="case_by_reporter"),
            models.Index(fields=["reporter_code"], name="case_by_reporter_code"),
            models.Index(fields=["handler_code", "lane"], name="case_by_handler"),
            models.Index(fields=["provider_code", "lane"], name="case_by_provider"),
            models.Index(fields=["verifier", "lane"], name="case_by_verifier"),
            models.Index(fields=["expert", "lane"], name="case_by_expert"),
            models.Index(fields=["station", "lane"], name="case_by_station"),
            models.Index(fields=["kind", "latitude", "longitude"], name="case_by_spot"),
            models.Index(fields=["kind", "opened_on"], name="case_by_kind"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseStep(models.Model):
    """A step of a case, never changed; ``changed`` has the fields that came with it. 办理记录."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    before = models.CharField(max_length=60, blank=True, default="")
    after = models.CharField(max_length=60)
    role = models.CharField(max_length=12)
    actor = models.CharField(max_length=64)
    ground = models.CharField(max_length=2000, blank=True, default="")
    assigned = models.JSONField(default=dict)
    changed = models.JSONField(default=dict)
    made_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_step_unique")]
        indexes = [models.Index(fields=["after", "made_on"], name="case_step_by_state")]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.number} {self.code}"


class DeadlineExtension(models.Model):
    """A deadline that was moved, with reasons. 延期."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    deadline = models.CharField(max_length=60)
    days = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=2000)
    actor = models.CharField(max_length=64)
    decided_on = models.DateField()
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.deadline} +{self.days}"


class CaseFile(models.Model):
    """A file brought to a case, such as a photo after the work; its content lies in the store of all rooms. 证据."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "digest"], name="case_file_unique")]

    def __str__(self) -> str:
        return self.name


class Remark(models.Model):
    """Words on a case: among those who handle it, or for all who take part. 留言."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remarks")
    actor = models.CharField(max_length=64)
    name = models.CharField(max_length=100)  # as the others see it
    text = models.CharField(max_length=4000)
    internal = models.BooleanField(default=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d}"
