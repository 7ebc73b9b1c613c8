"""The vocabulary of the city of the checkout, read once."""

from functools import cache

from pinzhi.config.environment import CHECKOUT
from pinzhi.records.catalog.demo.vocabulary import Vocabulary, load_vocabulary

DEMO = CHECKOUT / "rulebook" / "qingdao" / "demo"


@cache
def vocabulary() -> Vocabulary:
    """Return the words that invented records are made of."""
    return load_vocabulary(DEMO / "vocabulary")
