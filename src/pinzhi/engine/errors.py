"""The family of refusals: a stable code for machines, a sentence for people, the facts.

PinzhiError
├── BadInput          what was given breaks a rule (a row, a field, a query)
│   └── BadIdentifier a number, code or key that is not well formed
├── BadRulebook       a rulebook file that cannot be used
├── NotAllowed        the actor may not do this
├── NotFound          no such thing, or none this actor may see
├── Conflict          somebody else changed it meanwhile, or it is in use
└── Unavailable       a part of the platform is not ready; nothing was lost
"""

from pinzhi.engine.texts import Text


class PinzhiError(Exception):
    """A refusal with its reason.

    ``code`` is stable (``catalog.credit_code.check``); ``text`` is the sentence in both languages and says what was
    expected, what was found and what to do; ``facts`` are the values in it, for programs.
    """

    def __init__(self, code: str, zh: str, en: str, /, **facts: object) -> None:
        self.code = code
        self.text = Text(zh, en).filled(**facts)
        self.facts = facts
        super().__init__(code)

    def __str__(self) -> str:
        return f"{self.code}: {self.text.en}"


class BadInput(PinzhiError):
    """What was given breaks a rule."""


class BadIdentifier(BadInput):
    """A number, code or key that is not well formed."""


class BadRulebook(PinzhiError):
    """A rulebook file that cannot be used; the facts name file and key."""


class NotAllowed(PinzhiError):
    """The actor may not do this."""


class NotFound(PinzhiError):
    """No such thing, or none that this actor may see."""


class Conflict(PinzhiError):
    """The thing has changed meanwhile, or is in use."""


class Unavailable(PinzhiError):
    """A part of the platform is not ready; nothing was lost."""
