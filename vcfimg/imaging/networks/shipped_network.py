"""Networks shipped with the package: their bytes, and a session that runs them on the CPU."""

from functools import cache
from importlib import resources
from typing import Any

from vcfimg.errors import SegmentationError
from vcfimg.imaging.networks.onnx_runtime import onnx_runtime
from vcfimg.imaging.threads import threads


@cache
def shipped_weights(name: str) -> bytes:
    """The weights of that file name.

    Raises
    ------
    SegmentationError
        ``weights_missing`` when the package was installed without them.
    """
    try:
        return resources.files("vcfimg.imaging").joinpath("weights", name).read_bytes()
    except FileNotFoundError:
        raise SegmentationError("weights_missing", f"the package holds no weights ({name}); reinstall it") from None


@cache
def shipped_session(name: str) -> Any:
    """An onnxruntime session of those weights, kept."""
    runtime = onnx_runtime()
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads()
    return runtime.InferenceSession(shipped_weights(name), options, providers=["CPUExecutionProvider"])
