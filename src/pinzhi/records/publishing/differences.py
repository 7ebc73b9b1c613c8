"""Which records make a figure another one than it was: added, back-dated, withdrawn, changed; each with its dates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import ForeignKey, Model
from django.utils import timezone

from pinzhi.engine.texts import Text
from pinzhi.records.catalog.history import TWINS
from pinzhi.records.publishing.sources.shapes import Source
from pinzhi.records.publishing.times import AsOf

Kind = Literal["added", "backdated", "withdrawn", "changed", "gone"]
# What says when something was true or known, and where it came from: not what a record says.
_TIMES = frozenset({"id", "subject_id", "valid_from", "valid_to", "recorded_at", "recorded_until", "digest", "source"})
_MOMENTS = ("recorded_at", "made_at", "claimed_at", "decided_at", "at")  # of records that are only ever added
_MOST_FIELDS = 6


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a record before and after, as texts."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A record by which a figure differs from what it was.

    ``kind``: added (entered since), backdated (known before, but since said to have been so on the day), withdrawn
    (no longer counted), changed (counted both times, with other contents) or gone (no longer kept at all). ``since``
    is the day from which it holds, ``learned`` the moment it was recorded; None where the records do not say.
    ``through`` names the record it is joined with where that one changed and not itself.
    """

    kind: Kind
    key: str
    title: str
    since: date | None = None
    learned: datetime | None = None
    fields: tuple[FieldChange, ...] = ()
    through: str = ""

    @property
    def text(self) -> Text:
        """Return it as a sentence."""
        words = {
            "added": Text("新增", "added"),
            "backdated": Text("补记后计入", "back-dated, so it counts now"),
            "withdrawn": Text("不再计入", "no longer counted"),
            "changed": Text("内容改变", "changed"),
            "gone": Text("记录已不存在", "no longer kept"),
        }[self.kind]
        learned = timezone.localtime(self.learned).strftime("%Y-%m-%d %H:%M") if self.learned else ""
        zh = [words.zh, f"{learned} 登记" if learned else "", f"自 {self.since} 起" if self.since else ""]
        en = [words.en, f"recorded {learned}" if learned else "", f"since {self.since}" if self.since else ""]
        if self.through:
            zh.append(f"因为 {self.through} 有变")
            en.append(f"because {self.through} changed")
        told = "; ".join(f"{one.field}: {one.before or '—'} → {one.after or '—'}" for one in self.fields)
        title = f" {self.title}" if self.title and self.title != self.key else ""
        return Text(
            f"{self.key}{title}：{'，'.join(filter(None, zh))}{f'（{told}）' if told else ''}",
            f"{self.key}{title}: {', '.join(filter(None, en))}{f' ({told})' if told else ''}",
        )


def differences(
    source: Source, before: Mapping[str, str], after: Mapping[str, str], *, on: date, known: datetime
) -> Iterator[Difference]:
    """Yield each record by which two selections differ: ``before`` as known then, ``after`` as known now.

    Both hold the digest of a record's contents by its key, for the same day.
    """
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield _difference(source, key, key in before, key in after, AsOf(on, known))


def _difference(source: Source, key: str, was: bool, is_: bool, at: AsOf) -> Difference:
    model = source.sides(at)[0][1].model
    record = model._default_manager.filter(**{source.key: key}).order_by("pk").first()
    if record is None:
        return Difference("gone", key, "")
    if model not in TWINS:
        learned = next((getattr(record, name) for name in _MOMENTS if hasattr(record, name)), None)
        is_new = learned is not None and at.known is not None and learned > at.known
        return Difference(_kind(was, is_, is_new), key, str(record), learned=learned if is_new else None)
    return _of_catalogue(record, key, was, is_, at)


def _kind(was: bool, is_: bool, is_new: bool) -> Kind:
    if was:
        return "changed" if is_ else "withdrawn"
    return "added" if is_new else "backdated"


def _of_catalogue(record: Any, key: str, was: bool, is_: bool, at: AsOf) -> Difference:
    """Tell of a record from its states; where they are the same, from those of what it is joined with."""
    then, now = _states(record, at)
    kind = _kind(was, is_, not _was_known(record, at))
    changes, through = _changes(then, now), ""
    if then is not None and now is not None and not changes and (joined := _joined(record, at)) is not None:
        through, then, now = joined
        changes = _changes(then, now)
    return Difference(
        kind, key, str(record), now.valid_from if now is not None else None, _learned(then, now, at), changes, through
    )


def _states(record: Any, at: AsOf) -> tuple[Any, Any]:
    """Return the state of a record on the day as known then, and as known now; None where there is none."""
    past = list(TWINS[type(record)]._default_manager.filter(subject_id=record.pk))
    then = [one for one in (record, *past) if _holds(one, at.on) and _is_known(one, at.known)]
    now = [one for one in (record, *past) if _holds(one, at.on) and getattr(one, "recorded_until", None) is None]
    return (then[0] if then else None), (now[0] if now else None)


def _holds(state: Any, on: date) -> bool:
    return (state.valid_from is None or state.valid_from <= on) and (state.valid_to is None or state.valid_to > on)


def _is_known(state: Any, known: datetime | None) -> bool:
    until = getattr(state, "recorded_until", None)
    return known is None or (state.recorded_at <= known and (until is None or until > known))


def _was_known(record: Any, at: AsOf) -> bool:
    """Tell whether anything at all was known of a record then."""
    past = TWINS[type(record)]._default_manager.filter(subject_id=record.pk)
    return any(_is_known(one, at.known) for one in (record, *past))


def _changes(then: Any, now: Any) -> tuple[FieldChange, ...]:
    if then is None or now is None:
        return ()
    names = [field.attname for field in type(now)._meta.concrete_fields if field.attname not in _TIMES]
    found = [
        FieldChange(name.removesuffix("_id"), _said(getattr(then, name)), _said(getattr(now, name)))
        for name in names
        if getattr(then, name) != getattr(now, name)
    ]
    return tuple(found[:_MOST_FIELDS])


def _said(value: object) -> str:
    return "" if value is None else str(value)[:80]


def _learned(then: Any, now: Any, at: AsOf) -> datetime | None:
    """Return when it was recorded: the new state, or else the end of the one that was believed."""
    if now is not None and at.known is not None and now.recorded_at > at.known:
        found: datetime = now.recorded_at
        return found
    until: datetime | None = getattr(then, "recorded_until", None)
    return until


def _joined(record: Model, at: AsOf) -> tuple[str, Any, Any] | None:
    """Return the record joined with this one that changed, with its states then and now."""
    for field in record._meta.concrete_fields:
        if not isinstance(field, ForeignKey) or field.related_model not in TWINS:
            continue
        other = getattr(record, field.name)
        if other is None:
            continue
        then, now = _states(other, at)
        if then is not now and (then is None or now is None or _changes(then, now)):
            return str(other), then, now
    return None
