"""Draw a paper again: from the seed and the bank as it was, held against the digest that the journal keeps."""

from pinzhi.engine.training.papers import commitment, draw
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.training.models import Exam
from pinzhi.records.training.queries.bank import bank_items_at
from pinzhi.records.training.rules import course_of, kept


def is_drawn_again(actor: Actor, exam: Exam) -> bool:
    """Tell whether seed and bank of the moment the examination was set give the paper that is pinned and used.

    Where everybody has a draw of his own, the examination pins the draw of its seed alone.
    """
    require(actor, "training.decide")
    line = entries_about("exam", f"{exam.session.key}/{exam.number}").filter(action="training.exam.set").first()
    if line is None:
        return False
    paper = draw(course_of(exam.session), bank_items_at(line.at), exam.seed)
    return commitment(exam.seed, paper) == line.detail["commitment"] and exam.paper in ([], kept(paper))
