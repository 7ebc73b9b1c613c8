"""Tables of credentials, and of the tickets that give each its own place in the status lists."""

from django.db import models


class StatusTicket(models.Model):
    """A place in the status lists, handed out once: the key counts up, and the engine says which place it means.

    The row exists so that the database numbers it. Two workers never draw the same one, on either database, and
    neither waits for the other.
    """

    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"ticket {self.pk}"


class Credential(models.Model):
    """A signed statement about one row of a register. 凭证.

    ``document`` is the signed JSON, byte for byte as it was made. What became of the subject since stands in the
    register and is never copied here; only that a later credential replaced this one is said here.
    """

    code = models.CharField(max_length=32, unique=True)  # last part of its address; tells nothing
    kind = models.CharField(max_length=24)  # certificate honour training_certificate appointment
    key = models.CharField(max_length=200)  # public key of the row of the register
    number = models.CharField(max_length=200)  # as printed
    holder_name = models.CharField(max_length=200)
    holder_code = models.CharField(max_length=40, blank=True, default="")
    holder_kind = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)  # of the statement: the same content is not signed twice
    ticket = models.OneToOneField(StatusTicket, on_delete=models.PROTECT, related_name="credential")
    key_id = models.CharField(max_length=40)  # records.signing: attestation-0001
    document = models.TextField()
    compact = models.TextField()  # what the code on paper carries: base64url
    granted_on = models.DateField()
    valid_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()  # of the grant
    signed_at = models.DateTimeField(db_index=True)  # by this machine's clock
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaces")
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(replaced_at=None), name="credential_standing_unique"
            )
        ]
        indexes = [
            models.Index(fields=["kind", "key"], name="credential_by_subject"),
            models.Index(fields=["number"], name="credential_by_number"),
            models.Index(
                fields=["replaced_at"], condition=models.Q(replaced_at__isnull=False), name="credential_replaced"
            ),
            models.Index(fields=["holder_code"], name="credential_by_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.code}"


class SubjectState(models.Model):
    """What became of a subject whose register stands in a room above this one (training): told to us by that room.

    Certificates and honours have no row here: their state is read where it stands, in the catalogue.
    """

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=16)  # active suspended withdrawn cancelled
    since = models.DateField()
    ground = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="subject_state_unique")]
        indexes = [models.Index(fields=["at"], name="subject_state_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"
