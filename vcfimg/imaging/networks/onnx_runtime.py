"""The one place that imports onnxruntime: it reports its use to its maker unless that is switched off before."""

import os
from typing import Any, Final

SWITCH: Final = "ORT_DISABLE_TELEMETRY"
"""Read by onnxruntime (1.29 and later) when it is imported."""


def onnx_runtime() -> Any:
    """The onnxruntime module, imported on first use and with its telemetry off.

    Left on, it writes a device id and a database of events below ``~/.cache`` and sends them when it can.
    """
    os.environ[SWITCH] = "1"
    import onnxruntime

    # The switch comes too late where a caller imported onnxruntime first.
    onnxruntime.disable_telemetry_events()
    return onnxruntime
