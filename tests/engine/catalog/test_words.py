"""The closed vocabularies."""

import pytest

from pinzhi.engine.catalog import certificates, issuers, status, words
from pinzhi.engine.texts import Text

VOCABULARIES = {name: value for name, value in vars(words).items() if name.isupper() and name != "SHAPES"}


@pytest.mark.parametrize("name", sorted(VOCABULARIES))
def test_every_word_is_there_in_both_languages_once(name: str) -> None:
    texts = VOCABULARIES[name].values()

    assert all(isinstance(text, Text) and text.zh.strip() and text.en.strip() for text in texts)
    assert len({text.zh for text in texts}) == len({text.en for text in texts}) == len(texts)


def test_every_state_has_a_shape() -> None:
    states = {
        "standard": words.STANDARD_STATUS, "certificate": words.CERTIFICATE_STATES,
        "organisation": words.ORGANISATION_STATES, "institution": words.INSTITUTION_STATES,
        "honour": words.HONOUR_STATES,
    }  # fmt: skip

    assert {kind: set(shapes) for kind, shapes in words.SHAPES.items()} == {k: set(v) for k, v in states.items()}


def test_the_words_are_those_of_the_rules() -> None:
    assert set(words.STANDARD_STATUS) == set(status.STATUSES)
    assert set(words.CERTIFICATE_STATES) == set(certificates.STATES)
    assert set(words.LEVELS) == set(issuers.LEVELS)
