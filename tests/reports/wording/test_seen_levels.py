import pytest

from tests.reports import examples
from vcfimg.reports.wording.seen_levels import Coverage, seen_words


def test_what_may_not_be_used_is_not_counted_as_known() -> None:
    assert Coverage.of(examples.no_stir().vertebrae) == Coverage(seen=4, measured=3, loss_known=3, edema_known=0)
    assert Coverage.of(examples.healthy().vertebrae) == Coverage(4, 4, 4, 4)
    cut = examples.vertebra(1, "T11", loss=50, quality=examples.Quality(measured=False))
    assert Coverage.of([cut]) == Coverage(seen=1, measured=0, loss_known=0, edema_known=1)


@pytest.mark.parametrize(
    ("loss", "edema", "gap"),
    [(3, 3, ""), (3, 0, "edema not known"), (0, 3, "loss not known"), (0, 0, "loss and edema not known")],
)
def test_what_is_known_of_no_vertebra_is_named(loss: int, edema: int, gap: str) -> None:
    coverage = Coverage(seen=4, measured=3, loss_known=loss, edema_known=edema)
    assert coverage.gap == gap
    assert ("none reaches the limit" in coverage.sentence) == bool(loss)
    assert ("none shows it" in coverage.sentence) == bool(edema)


def test_what_was_not_seen_is_said() -> None:
    assert seen_words(examples.result().vertebrae) == (
        "T11 to L2 seen, 4 of 4 measured; nothing is said of levels beyond."
    )
    assert seen_words(examples.no_stir().vertebrae) == (
        "#1 (T11?) to #4 (L2?) seen, 3 of 4 measured; nothing is said of levels beyond. "
        "Not measured: #1 (T11?) (cut by the border of the image). Edema was not assessed."
    )
    blind = (examples.vertebra(1, "L1", edema=None), examples.vertebra(2, "L2"))
    assert seen_words(blind).endswith("Edema not known: L1.")
    assert seen_words(()) == "No vertebra was seen."
