"""Chromium driven by Selenium: a page opened from disk, asked and pressed as a reader would."""

import os
import shutil
import time
from pathlib import Path
from typing import Any, Final

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
NEEDED: Final = "VCFIMG_NEED_BROWSER"
"""Set in CI: a missing browser then fails the tests that would be skipped elsewhere."""


def missing() -> str | None:
    """What keeps the browser from being driven, or None."""
    try:
        import axe_core_python
        import selenium

        del axe_core_python, selenium
    except ImportError as error:
        return f"{error.name} is not installed (the test extra has it)"
    if _found(BROWSERS) is None:
        return "no Chromium is installed (Debian: chromium)"
    return None if shutil.which("chromedriver") else "no chromedriver is installed (Debian: chromium-driver)"


def _found(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


class Browser:
    """One window without a display."""

    def __init__(self, profile: Path) -> None:
        from selenium.webdriver import Chrome, ChromeOptions
        from selenium.webdriver.chrome.service import Service

        options = ChromeOptions()
        options.binary_location = _found(BROWSERS) or ""
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            f"--user-data-dir={profile}",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = Service(shutil.which("chromedriver"), env={**os.environ, "HOME": str(profile)})
        self.driver = Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(60)
        self.size(1280, 800)

    def size(self, width: int, height: int) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def colours(self, scheme: str) -> None:
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def open(self, page: Path) -> None:
        self.driver.get_log("browser")
        self.driver.get(page.as_uri())

    def run(self, script: str, *arguments: Any) -> Any:
        """The value that ``script`` returns."""
        return self.driver.execute_script(script, *arguments)

    def until(self, expression: str, seconds: float = 10.0) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"return Boolean({expression})"):
            assert time.monotonic() < end, f"never true: {expression}"
            time.sleep(0.02)

    def press(self, keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(keys).perform()

    def complaints(self) -> list[str]:
        """What the console says: errors, and what the page's policy refused."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] != "INFO"]

    def violations(self) -> list[tuple[str, str, list[str]]]:
        """Serious and critical findings of axe-core: rule, help, and the elements."""
        import axe_core_python

        code = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
        self.run(code)
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document).then((all) => done(all.violations), (e) => done(String(e)));"
        )
        assert isinstance(found, list), found
        return [
            (one["id"], one["help"], [str(node["html"])[:160] for node in one["nodes"]])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]

    def seen_text(self, height: int = 800) -> str:
        """The text that a reader sees without scrolling: inside its boxes, and within the first ``height`` pixels."""
        text = self.run(
            """
            const found = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              const node = walker.currentNode;
              if (!node.data.trim() || !node.parentElement.checkVisibility()) continue;
              const range = document.createRange();
              range.selectNodeContents(node);
              const inside = [...range.getClientRects()].some((box) => {
                if (box.width < 2 || box.bottom > arguments[0] || box.top < 0) return false;
                const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                return top && (node.parentElement.contains(top) || top.contains(node.parentElement));
              });
              if (inside) found.push(node.data);
            }
            return found.join(" ");
            """,
            height,
        )
        return " ".join(str(text).split())
