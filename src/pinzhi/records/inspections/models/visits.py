"""Tables of inspections: who goes where, what was recorded there, what came of it, who signed."""

from django.db import models


class Inspection(models.Model):
    """A visit that is recorded by a checklist: a spot check, a visit of experts, or an enterprise's own. 检查.

    ``instrument``, ``edition`` and ``digest`` are the checklist it is recorded by, to its end. ``document`` is the
    record as it was handed in, in its canonical form, with the house's signature over exactly these bytes.
    """

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=8)  # spot expert own
    plan = models.ForeignKey("inspections.Plan", on_delete=models.PROTECT, related_name="inspections")
    draw = models.ForeignKey("inspections.Draw", on_delete=models.PROTECT, null=True, related_name="inspections")
    case = models.OneToOneField("casework.Case", on_delete=models.PROTECT, null=True, related_name="inspection")
    batch = models.PositiveSmallIntegerField(null=True)  # of visits of experts
    organisation_code = models.CharField(max_length=40)
    organisation_name = models.CharField(max_length=200)
    level = models.CharField(max_length=8)
    kinds = models.CharField(max_length=100, blank=True, default="")
    district = models.CharField(max_length=6, blank=True, default="")
    zone = models.CharField(max_length=20, blank=True, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    instrument = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, default="ready")  # ready frozen signed
    opened_on = models.DateField()
    planned_on = models.DateField(null=True)  # of visits of experts
    visited_on = models.DateField(null=True)
    result = models.CharField(max_length=12, blank=True, default="")
    document = models.TextField(blank=True, default="")
    document_digest = models.CharField(max_length=64, blank=True, default="")
    key_id = models.CharField(max_length=40, blank=True, default="")
    proof = models.CharField(max_length=128, blank=True, default="")  # Ed25519, hexadecimal
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.CharField(max_length=64, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "opened_on"], name="inspection_by_state"),
            models.Index(fields=["organisation_code"], name="inspection_by_organisation"),
        ]

    def __str__(self) -> str:
        return self.number


class Member(models.Model):
    """Somebody who inspects: the first leads. ``code`` is how he is named in public; experts have a field. 检查人员."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="members")
    place = models.PositiveSmallIntegerField()
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    field = models.CharField(max_length=20, blank=True, default="")  # water gas safety

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "code"], name="inspection_member_unique")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.code}"


class Trip(models.Model):
    """One person out on one day for an inspection: person-times are counted by person and day. 出动人次."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="trips")
    code = models.CharField(max_length=20)
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "code", "on"], name="trip_unique")]
        indexes = [models.Index(fields=["on", "code"], name="trip_by_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.on}"


class Capture(models.Model):
    """What was recorded of an item on one device at one moment; never changed but for its ``standing``. 现场记录.

    ``key`` was made on the device, so that the same record sent again is the same. ``said_at`` is the device's own
    claim, ``taken_at`` the claim put right by how far its clock was off, ``received_at`` the server's.

    ``standing`` is ``current``, ``past`` once something newer was recorded, ``beside`` while a person has to choose, or
    ``late`` when it arrived after the record was handed in.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="captures")
    key = models.CharField(max_length=64)
    item = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    based_on = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    answer = models.CharField(max_length=4000, blank=True, default="")
    note = models.CharField(max_length=2000, blank=True, default="")
    standing = models.CharField(max_length=8)
    actor = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    said_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    clock_off_s = models.IntegerField(default=0)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    place = models.CharField(max_length=8)  # near far away vague none fast
    is_future = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "key"], name="capture_once"),
            models.UniqueConstraint(
                fields=["inspection", "item"], condition=models.Q(standing="current"), name="capture_one_current"
            ),
        ]
        indexes = [
            models.Index(fields=["inspection", "item", "version"], name="capture_by_item"),
            models.Index(fields=["actor", "taken_at"], name="capture_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item} {self.version}"


class Photo(models.Model):
    """A photo of an item with time and place as the device claimed them; its content lies in the store. 现场照片.

    The store writes pictures anew without what cameras add: ``sent_digest`` is the SHA-256 of what was sent, ``digest``
    that of what is kept.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="photos")
    key = models.CharField(max_length=64)
    item = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    sent_digest = models.CharField(max_length=64, default="")
    size = models.PositiveBigIntegerField()
    media = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    actor = models.CharField(max_length=64)
    said_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    clock_off_s = models.IntegerField(default=0)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    place = models.CharField(max_length=8)
    is_future = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)  # came after the record was handed in, kept beside it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "key"], name="inspection_photo_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item} {self.digest[:12]}"


class Finding(models.Model):
    """An item that did not conform and the case it became. 检查发现的问题."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings")
    item = models.CharField(max_length=40)
    case = models.OneToOneField("casework.Case", on_delete=models.PROTECT, related_name="finding")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="inspection_finding_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item}"


class Signature(models.Model):
    """Somebody stands by the record of a digest, or refuses to, which a witness tells of. 签字."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=12)  # inspector enterprise
    person = models.CharField(max_length=20)  # code of an inspector, credit code of an enterprise
    name = models.CharField(max_length=100)
    actor = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    refused = models.BooleanField(default=False)
    words = models.CharField(max_length=2000, blank=True, default="")  # remarks of who signs, grounds of who refuses
    witness = models.CharField(max_length=100, blank=True, default="")
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "role", "person"], name="signature_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.role} {self.name}"
