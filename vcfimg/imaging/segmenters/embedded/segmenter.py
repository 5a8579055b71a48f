"""The embedded segmenter: the shipped network reads every slice, the stations are fused."""

from collections.abc import Sequence

from vcfimg.imaging.fusion.station import fuse_stations
from vcfimg.imaging.fusion.tissue_maps import TissueMaps
from vcfimg.imaging.segmentation import Segmentation, SegmenterInfo
from vcfimg.imaging.segmenters.embedded import network
from vcfimg.imaging.segmenters.embedded.canonical_slices import CanonicalSlices, canonical_slices
from vcfimg.imaging.segmenters.embedded.spine_window import Columns, read_columns, read_whole, spine_columns
from vcfimg.loaders.volume import Volume
from vcfimg.roles import reference_rank


class EmbeddedSegmenter:
    """A :class:`~vcfimg.imaging.segmenters.protocol.Segmenter` that needs nothing but the package."""

    @property
    def info(self) -> SegmenterInfo:
        """Name, version and hash of the weights.

        Raises
        ------
        SegmentationError
            ``weights_missing`` when the package was installed without them.
        """
        return network.info()

    def segment(self, volumes: Sequence[Volume]) -> Segmentation:
        """Every volume goes through the network; the probabilities of a station are averaged in one frame."""
        numbers = sorted({volume.station for volume in volumes})
        ranked = sorted(volumes, key=lambda volume: (reference_rank(volume.role), -volume.shape[0]))
        stations = (_read([v for v in ranked if v.station == number]) for number in numbers)
        return fuse_stations(stations, self.info)


def _read(volumes: Sequence[Volume]) -> list[TissueMaps]:
    """Read the volumes of one station in the columns that show the spine; the first series of a grid finds them."""
    station: list[TissueMaps] = []
    windows: list[tuple[CanonicalSlices, Columns]] = []
    for volume in volumes:
        slices = canonical_slices(volume)
        window = next((known for other, known in windows if slices.geometry.same_grid(other.geometry)), None)
        whole = None
        if window is None:
            whole = read_whole(slices.images)
            window = spine_columns(whole, slices.images.shape[2])
            windows.append((slices, window))
        semantic, core = read_columns(slices.images, whole, window)
        station.append(TissueMaps(volume, slices.columns(*window).geometry, semantic, core))
    return station
