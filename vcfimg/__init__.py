"""Vertebral compression fractures on spine MRI: measure, put together with clinical facts, flag BKP versus VP."""

from vcfimg.no_downloads import refuse_downloads

__version__ = "0.6.0"
"""Raised by every commit that can change a result: a run takes results of an equal version for unchanged.

Then renew the stored results: ``python -m pipelines.sample_results --write``.
"""

refuse_downloads()
