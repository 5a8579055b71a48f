"""Where the development MRI lies: beside the checkout, or where ``VCFIMG_DATA`` says."""

import os
from pathlib import Path
from typing import Final

DATA: Final = Path(os.environ.get("VCFIMG_DATA", Path(__file__).parents[2] / "shared" / "data"))
