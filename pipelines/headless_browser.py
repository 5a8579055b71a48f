"""Chromium without a display, driven by Selenium (both come with the test extra and Debian's ``chromium-driver``)."""

import os
import shutil
from pathlib import Path
from typing import Any, Final

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def missing() -> str | None:
    """What keeps the browser from being driven, or None."""
    try:
        import selenium

        del selenium
    except ImportError:
        return "selenium is not installed (the test extra has it)"
    if _browser() is None:
        return "no Chromium is installed (Debian: chromium)"
    return None if shutil.which("chromedriver") else "no chromedriver is installed (Debian: chromium-driver)"


def open_browser(profile: Path) -> Any:
    """A Selenium driver whose profile and home are ``profile``; ``quit()`` ends it."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = _browser() or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = Service(shutil.which("chromedriver"), env={**os.environ, "HOME": str(profile)})
    driver = Chrome(options=options, service=service)
    driver.set_page_load_timeout(60)
    return driver


def set_size(driver: Any, width: int, height: int) -> None:
    """The size of the page's window, in CSS pixels."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def set_colours(driver: Any, scheme: str) -> None:
    """``light`` or ``dark``, as the system would say."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def _browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)
