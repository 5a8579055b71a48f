"""The name of one series: its SeriesInstanceUID and, where that holds several stacks, the stack."""

from vcfimg.base import Model


def series_key(series_instance_uid: str, stack: str | None) -> str:
    """Both parts as one word, ``uid`` or ``uid#stack``: for dictionaries and lines of text, never stored as a UID."""
    return series_instance_uid if stack is None else f"{series_instance_uid}#{stack}"


class SeriesId(Model):
    """Names one entry of ``series[]``."""

    series_instance_uid: str
    stack: str | None = None
    """Tells stacks inside one SeriesInstanceUID apart (echoes, Dixon images); None when the series holds one stack."""

    @property
    def key(self) -> str:
        """See :func:`series_key`."""
        return series_key(self.series_instance_uid, self.stack)


class OfSeries(Model):
    """Base of what was read on, or is said of, one series."""

    series_instance_uid: str
    stack: str | None = None
    """Tells stacks inside one SeriesInstanceUID apart (echoes, Dixon images); None when the series holds one stack."""

    @property
    def series_id(self) -> SeriesId:
        """Both fields as a value that can be compared and looked up."""
        return SeriesId(series_instance_uid=self.series_instance_uid, stack=self.stack)
