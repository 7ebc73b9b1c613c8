"""Tables of quotes: which institutions an order asked, and what each of them offered; beside the case, not in it."""

from django.db import models


class QuoteRequest(models.Model):
    """An institution that was asked for a quote. 询价.

    ``round`` is the number of the step by which it was asked, so that an order may ask anew after none suited.
    """

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="requests")
    round = models.PositiveIntegerField()
    provider_code = models.CharField(max_length=40)
    provider_name = models.CharField(max_length=200)
    actor = models.CharField(max_length=64)
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    chosen_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round", "provider_code"], name="quote_request_unique")]
        indexes = [models.Index(fields=["provider_code", "asked_on"], name="quote_request_by_provider")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.provider_code}"


class Quote(models.Model):
    """What an institution answered: a price with days and terms, or that it declines. The last answer holds. 报价."""

    request = models.ForeignKey(QuoteRequest, on_delete=models.PROTECT, related_name="quotes")
    declined = models.BooleanField(default=False)
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # yuan, all included
    days = models.PositiveSmallIntegerField(null=True)  # working days from the choice to the delivery
    terms = models.CharField(max_length=2000, blank=True, default="")  # what is included; of a refusal the reason
    actor = models.CharField(max_length=64)
    made_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(declined=True, price=None) | models.Q(declined=False, price__gt=0, days__gt=0),
                name="quote_has_a_price_or_declines",
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {'declined' if self.declined else self.price}"
