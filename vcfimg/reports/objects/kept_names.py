"""Names of the files kept for objects, in the folder of a study; apart, so that naming them loads nothing."""

from typing import Final

LABELS_NPZ: Final = "labels.npz"
"""Label maps of the series that were used."""

REFERENCES_ZIP: Final = "references.zip"
"""Headers of their images, without pixels."""

KEPT_FILES: Final = (LABELS_NPZ, REFERENCES_ZIP)
