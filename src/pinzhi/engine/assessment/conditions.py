"""The closed list of operators that decide whether a question is asked."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from pinzhi.engine.rulebook.instrument_parts import Condition

Answer = str | list[str] | list[dict[str, str]]  # numbers and marks are texts, so that no digit is lost
Answers = Mapping[str, Answer]


def is_answered(answer: Answer | None) -> bool:
    """Tell whether anything was answered: blanks alone and an empty list are nothing."""
    return bool(answer.strip() if isinstance(answer, str) else answer)


def number_of(answer: Answer | None) -> Decimal | None:
    """Return the number that an answer is; None for anything else, infinity and NaN among it."""
    if not isinstance(answer, str):
        return None
    try:
        number = Decimal(answer.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def holds(condition: Condition, answers: Answers) -> bool:
    """Tell whether a condition is met by the answers; what was not answered meets only ``answered = false``.

    The answers are those to items that were asked: leave out the others before.
    """
    if condition.all is not None:
        return all(holds(part, answers) for part in condition.all)
    if condition.any is not None:
        return any(holds(part, answers) for part in condition.any)
    if condition.not_ is not None:
        return not holds(condition.not_, answers)
    answer = answers.get(condition.item or "")
    if condition.answered is not None:
        return is_answered(answer) == condition.answered
    if condition.equals is not None or condition.one_of is not None:
        wanted = {condition.equals} if condition.equals is not None else set(condition.one_of or ())
        return not wanted.isdisjoint(_chosen(answer))
    number = number_of(answer)
    if number is None:
        return False
    if condition.at_least is not None:
        return number >= condition.at_least
    return condition.at_most is not None and number <= condition.at_most


def _chosen(answer: Answer | None) -> set[str]:
    if isinstance(answer, str):
        return {answer.strip()}
    return {one for one in answer or () if isinstance(one, str)}
