"""Tables of bulletins: every state of their texts, what was frozen when they were published, and what was corrected."""

from django.db import models

from pinzhi.engine.publishing.headlines import plain_headline
from pinzhi.engine.texts import Text

STATES = ("draft", "submitted", "reviewed", "published", "withdrawn")


class Bulletin(models.Model):
    """A bulletin, or an issue of a scheduled brief. 简报.

    ``as_of`` is the day on which its figures are taken where a reference names no other. ``version`` counts every
    change of text or state: whoever acts names the one he saw. ``brief`` and ``period`` say which scheduled brief it
    is an issue of, and the first day of the period it tells of.
    """

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, default="bulletin")  # bulletin brief
    brief = models.CharField(max_length=60, blank=True, default="")
    period = models.DateField(null=True)
    issue = models.PositiveIntegerField(default=0)  # 期号: counts the issues of a brief; 0 for a bulletin
    state = models.CharField(max_length=12, default="draft")
    owner_zh = models.CharField(max_length=100)
    owner_en = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    reviewer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    returned = models.CharField(max_length=2000, blank=True, default="")  # why it went back to its editors
    published_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_zh = models.CharField(max_length=2000, blank=True, default="")
    withdrawn_en = models.CharField(max_length=2000, blank=True, default="")
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="bulletin_state"),
            models.UniqueConstraint(
                fields=["brief", "period"], condition=~models.Q(brief=""), name="bulletin_issue_of_period"
            ),
        ]
        indexes = [models.Index(fields=["state", "-published_on", "-id"], name="bulletin_by_state")]

    def __str__(self) -> str:
        return self.slug


class BulletinText(models.Model):
    """A text of a bulletin as somebody saved it, never changed: the newest counts, the others can be read. 稿.

    ``headline`` and ``lead`` are title and subtitle in plain words.
    """

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="texts")
    number = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    subtitle_zh = models.CharField(max_length=200, blank=True, default="")
    subtitle_en = models.CharField(max_length=300, blank=True, default="")
    body_zh = models.TextField(blank=True, default="")
    body_en = models.TextField(blank=True, default="")
    as_of = models.DateField()
    editor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "number"], name="bulletin_text_unique")]

    def __str__(self) -> str:
        return f"{self.bulletin_id}.{self.number}"

    @property
    def headline(self) -> Text:
        return plain_headline(Text(self.title_zh, self.title_en))

    @property
    def lead(self) -> Text:
        return plain_headline(Text(self.subtitle_zh, self.subtitle_en))


class Publication(models.Model):
    """What was published, frozen and signed. 发表.

    ``document`` is the canonical JSON of everything the page says; ``signature`` is over it, by the house's key
    ``key_id``. ``known_at`` is the moment up to which records counted: with ``as_of`` it makes every value come out
    again.
    """

    bulletin = models.OneToOneField(Bulletin, on_delete=models.PROTECT, related_name="publication")
    text = models.ForeignKey(BulletinText, on_delete=models.PROTECT, related_name="+")
    document = models.TextField()
    digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=40)
    signature = models.CharField(max_length=88)  # base64
    signer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField()
    known_at = models.DateTimeField()
    as_of = models.DateField()
    published_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.digest[:12]}"


class PublishedFigure(models.Model):
    """A figure as it was published: the value, and the digests by which it is found out whether anything changed.

    ``number`` is the exact value as text: 54, 1/3 or 2024-01-01. ``on`` is the day it was taken, ``known_at`` of the
    publication the moment up to which records counted. It stands in the frozen document too; where the two differ,
    somebody changed one of them.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="figures")
    place = models.PositiveIntegerField()
    figure = models.CharField(max_length=40)
    edition = models.CharField(max_length=20)
    on = models.DateField()
    number = models.CharField(max_length=80)
    words_zh = models.CharField(max_length=200)
    words_en = models.CharField(max_length=300)
    count = models.PositiveBigIntegerField()  # records behind it
    definition_digest = models.CharField(max_length=64)
    records_digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "figure", "on"], name="published_figure_unique"),
        ]
        indexes = [models.Index(fields=["figure", "-id"], name="published_figure_by_id")]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.figure} {self.number}"


class Erratum(models.Model):
    """A correction of what was published; what stood there before stays. 更正.

    ``figure`` and ``on`` name the figure it corrects, empty where words of the text are corrected. ``document`` is the
    canonical JSON of the correction, signed like the publication.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="errata")
    number = models.PositiveIntegerField()
    figure = models.CharField(max_length=40, blank=True, default="")
    on = models.DateField(null=True)
    decided_on = models.DateField()
    at = models.DateTimeField()
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    document = models.TextField()
    digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=40)
    signature = models.CharField(max_length=88)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "number"], name="erratum_unique")]
        indexes = [models.Index(fields=["-decided_on", "-id"], name="erratum_by_day")]

    def __str__(self) -> str:
        return f"{self.publication_id}.{self.number}"
