"""The level network: what is exported is what was trained, and it learns."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")
pytest.importorskip("onnx", reason="the training extra is not installed")

from pipelines.training.columns import bank_column  # noqa: E402
from pipelines.training.level_views import LevelViews  # noqa: E402
from pipelines.training.train_levels import LevelNet, export_levels, fit, right_share  # noqa: E402
from tests.pipelines.training.made_slices import bank_slice, write_bank  # noqa: E402
from vcfimg.imaging.landmarks.level_fit import LEVELS  # noqa: E402
from vcfimg.imaging.landmarks.level_shape import SIZE, WEIGHTS  # noqa: E402
from vcfimg.imaging.networks.onnx_runtime import onnx_runtime  # noqa: E402


def test_the_export_gives_log_probabilities_of_the_network(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = LevelNet().eval()
    export_levels(network, tmp_path / WEIGHTS)
    x = np.random.default_rng(0).random((3, 5, SIZE, SIZE), np.float32)
    (said,) = onnx_runtime().InferenceSession(tmp_path / WEIGHTS).run(None, {"views": x})
    expected = torch.log_softmax(network(torch.from_numpy(x)), 1).detach().numpy()
    assert said.shape == (3, len(LEVELS))
    assert np.allclose(said, expected, atol=1e-4)


def test_a_few_seconds_of_training_move_the_weights(tmp_path: Path) -> None:
    write_bank(tmp_path, 3)
    torch.manual_seed(0)
    trained = fit(LevelViews(tmp_path, [], 0), minutes=0.05, rate=2e-3, batch=8, workers=0)
    torch.manual_seed(0)
    fresh = LevelNet()
    moved = [not torch.equal(a, b) for a, b in zip(trained.parameters(), fresh.parameters(), strict=True)]
    assert all(moved)
    column = bank_column(*bank_slice())
    assert column is not None
    share = right_share(trained, [column], np.random.default_rng(0))
    assert set(share) <= set(LEVELS)
    assert all(0 <= s <= 1 for s in share.values())
