"""Tables of what inspections are planned over: the register of targets, plans, and who stands aside from whom."""

from django.db import models

LEVELS = ("general", "larger", "major")
FIELDS = ("water", "gas", "safety")  # of experts


class RiskTarget(models.Model):
    """An organisation in the register of a theme, with its level of risk in a time. 检查对象名录.

    A change of level ends one row and begins another; both ends count. ``kinds`` are words such as ``water`` and
    ``waste-gas``, joined by blanks.
    """

    organisation_code = models.CharField(max_length=40)
    organisation_name = models.CharField(max_length=200)
    theme = models.CharField(max_length=60)
    level = models.CharField(max_length=8)  # general larger major
    district = models.CharField(max_length=6, blank=True, default="")
    zone = models.CharField(max_length=20, blank=True, default="")  # functional zone, overlaps districts
    kinds = models.CharField(max_length=100, blank=True, default="")
    latitude = models.FloatField(null=True)  # WGS 84
    longitude = models.FloatField(null=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    basis = models.CharField(max_length=300, blank=True, default="")
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_code", "theme", "from_on"], name="risk_target_unique"),
            models.UniqueConstraint(
                fields=["organisation_code", "theme"],
                condition=models.Q(until_on=None),
                name="risk_target_one_open",
            ),
            models.CheckConstraint(condition=models.Q(level__in=LEVELS), name="risk_target_level"),
        ]
        indexes = [models.Index(fields=["theme", "level", "organisation_code"], name="risk_target_by_theme")]

    def __str__(self) -> str:
        return f"{self.organisation_name} {self.level}"


class Plan(models.Model):
    """A plan of inspections over the targets of a theme, in a district or zone or everywhere. 检查计划.

    ``instrument`` and ``edition`` are its checklist; ``document`` is the notice of responsibility that goes with it.
    """

    key = models.SlugField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    theme = models.CharField(max_length=60)
    district = models.CharField(max_length=6, blank=True, default="")
    zone = models.CharField(max_length=20, blank=True, default="")
    instrument = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    document = models.CharField(max_length=200, blank=True, default="")
    basis = models.CharField(max_length=300, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField()
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key


class FieldExpert(models.Model):
    """An expert who goes on visits to help, in one of his fields. 帮扶专家.

    He is asked while his account holds the role of an expert.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=20)  # water gas safety
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "field"], name="field_expert_unique"),
            models.CheckConstraint(condition=models.Q(field__in=FIELDS), name="field_expert_field"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.field}"


class InspectorTie(models.Model):
    """An organisation that an inspector or expert stands aside from, as declared. 回避."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    organisation_code = models.CharField(max_length=40)
    ground = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_code"], name="inspector_tie_by_code")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.organisation_code}"
