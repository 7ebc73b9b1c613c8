"""What is not public about learners: sealed, shown masked, found again by a keyed digest that tells no number."""

import hashlib
import json

from django.conf import settings

from pinzhi.records.accounts.sealing import seal, unseal
from pinzhi.records.catalog.personal import masked
from pinzhi.records.training.models import Learner

PURPOSE = "learner"
TAIL = 4


def sealed(key: str, *, id_number: str, phone: str) -> bytes:
    """Return the box to keep for a learner."""
    facts = json.dumps({"id_number": id_number, "phone": phone}, ensure_ascii=False)
    return seal(facts.encode(), purpose=PURPOSE, about=key)


def masked_id(learner: Learner) -> str:
    """Return the identity number with its middle hidden, enough to tell two people of one name apart."""
    facts = json.loads(unseal(bytes(learner.sealed), purpose=PURPOSE, about=learner.key))
    return masked(facts["id_number"], front=4, back=2)


def id_digests(id_number: str) -> tuple[str, ...]:
    """Return the keyed digests of a number: first under the present key, then under those before it."""
    return tuple(_digest(str(secret), id_number) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _digest(secret: str, id_number: str) -> str:
    return hashlib.blake2b(f"{PURPOSE}/{id_number}".encode(), key=secret.encode()[:64], digest_size=32).hexdigest()
