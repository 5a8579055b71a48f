"""pydicom's downloads are off; what speaks to an archive has its library."""

import subprocess
import sys

CODE = """
import sys
import vcfimg
import pydicom.data.download as downloads
assert downloads.HAVE_REQUESTS is False
assert "requests" not in sys.modules
import requests
assert requests.Session
assert sum(type(one).__name__ == "NoDownloads" for one in sys.meta_path) == 1
"""


def test_pydicom_finds_no_requests_and_others_do() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True)
