"""The network's shape and its loss over sets of allowed classes; needs the training extra."""

import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from pipelines.training.net import OUTPUTS, SpineUNet  # noqa: E402
from pipelines.training.objective import UNKNOWN_CORE, total_loss  # noqa: E402
from vcfimg.imaging.segmentation import Tissue  # noqa: E402

SIDE = 8


def sure_of(*classes, core=False):
    """Logits that share all probability between some classes."""
    logits = torch.full((1, OUTPUTS, SIDE, SIDE), -20.0)
    for c in classes:
        logits[:, c] = 20.0
    logits[:, 6] = 20.0 if core else -20.0
    return logits


def target(*classes):
    return torch.full((1, SIDE, SIDE), sum(1 << c for c in classes), dtype=torch.uint8)


def cores(value):
    return torch.full((1, SIDE, SIDE), value, dtype=torch.uint8)


def test_certainty_of_the_right_class_costs_nothing():
    loss = total_loss(sure_of(Tissue.BODY, core=True), target(Tissue.BODY), cores(1))
    assert float(loss) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("guess", [(Tissue.BODY,), (Tissue.POSTERIOR,), (Tissue.BODY, Tissue.POSTERIOR)])
def test_a_pixel_that_may_be_either_class_costs_nothing_as_either(guess):
    loss = total_loss(sure_of(*guess), target(Tissue.BODY, Tissue.POSTERIOR), cores(0))
    assert float(loss) == pytest.approx(0, abs=1e-4)


def test_a_class_that_is_not_allowed_costs_much():
    loss = total_loss(sure_of(Tissue.DISC), target(Tissue.BODY, Tissue.POSTERIOR), cores(0))
    assert float(loss) > 5


def test_half_the_probability_on_a_wrong_class_costs_its_logarithm():
    loss = total_loss(sure_of(Tissue.BODY, Tissue.DISC), target(Tissue.BODY, Tissue.POSTERIOR), cores(0))
    assert float(loss) == pytest.approx(0.693, abs=0.01)


def test_an_unknown_core_is_not_judged():
    mixed = cores(0)
    mixed[:, :4] = UNKNOWN_CORE
    logits = sure_of(Tissue.BODY)
    logits[:, 6, :4] = 20.0
    assert float(total_loss(logits, target(Tissue.BODY), mixed)) == pytest.approx(0, abs=1e-4)
    assert float(total_loss(logits, target(Tissue.BODY), cores(0))) > 1


def test_the_loss_can_be_followed_downhill():
    logits = sure_of(Tissue.DISC).div(10).requires_grad_()
    total_loss(logits, target(Tissue.BODY), cores(1)).backward()
    assert float(logits.grad[:, Tissue.BODY].sum()) < 0
    assert float(logits.grad[:, Tissue.DISC].sum()) > 0
    assert float(logits.grad[:, 6].sum()) < 0


@pytest.mark.parametrize("shape", [(64, 64), (96, 160)])
def test_the_network_keeps_the_size(shape):
    with torch.no_grad():
        assert SpineUNet().eval()(torch.zeros(2, 1, *shape)).shape == (2, OUTPUTS, *shape)


def test_the_weights_stay_below_ten_megabytes():
    assert 4 * sum(p.numel() for p in SpineUNet().parameters()) < 10e6
