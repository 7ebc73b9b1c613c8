"""What an organisation says of itself, as it stands."""

from dataclasses import dataclass

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.assessment.models import ProfileVersion
from pinzhi.records.catalog.names import organisation_names


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of an organisation; ``version`` is None while nothing is written."""

    code: str
    name: str
    version: ProfileVersion | None

    @property
    def content(self) -> dict[str, str]:
        """The fields that are written."""
        return dict(self.version.content) if self.version else {}

    @property
    def number(self) -> int:
        """The number of the version, 0 for none."""
        return self.version.number if self.version else 0


def own_profile(actor: Actor, organisation_code: str) -> Profile:
    """Return the profile of an organisation that an actor acts for; NotFound for all others."""
    if not may(actor, "assessment.apply", organisation_code):
        raise NotFound("assessment.profile", "你不代表这个单位。", "You do not act for this organisation.")
    latest = ProfileVersion.objects.filter(organisation_code=organisation_code).select_related("by").order_by("-number")
    name = organisation_names([organisation_code]).get(organisation_code, organisation_code)
    return Profile(organisation_code, name, latest.first())
