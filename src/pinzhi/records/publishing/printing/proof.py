"""A bulletin that is being written, as it would be published now."""

from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.texts import parse
from pinzhi.records.publishing.live import Figures, Words, pictured, wanted_by
from pinzhi.records.publishing.models import Bulletin, Publication
from pinzhi.records.publishing.queries.published import Published
from pinzhi.records.publishing.sealing import frozen_bulletin


def proof(bulletin: Bulletin, words: Words, figures: Figures, when: Moment) -> Published:
    """Return a text as it would be published now, unsigned; a figure without a value stands as its author wrote it.

    Raises BadInput for the first line that cannot be read.
    """
    for body in (words.body.zh, words.body.en):
        parse(body)
    sketched = figures.sketched(wanted_by(words), pictured(words))
    return Published(bulletin, Publication(), frozen_bulletin(bulletin, words, sketched, when), (), ())
