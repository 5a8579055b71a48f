import pytest

from vcfimg.recommendation.recommendation import DecidedEdema
from vcfimg.reports.wording.vertebra_names import brief_edema_words


@pytest.mark.parametrize(
    ("reader", "image", "fraction", "words"),
    [
        (None, None, None, "not known"),
        (None, True, 0.46, "yes, 46 % of the body (image)"),
        (None, False, 0.01, "no (image)"),
        (True, None, None, "yes (reader)"),
        (False, True, 0.46, "no (reader); image: yes, 46 % of the body"),
        (True, True, 0.46, "yes (reader)"),
    ],
)
def test_edema_is_said_briefly_with_who_said_so(reader, image, fraction, words: str) -> None:
    assert brief_edema_words(DecidedEdema(reader=reader, image=image, fraction=fraction)) == words
