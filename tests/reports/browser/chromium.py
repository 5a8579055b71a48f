"""Chromium driven by Selenium: a page opened from disk, asked and pressed as a reader would."""

import importlib.util
import time
from pathlib import Path
from typing import Any, Final

from pipelines import headless_browser

NEEDED: Final = "VCFIMG_NEED_BROWSER"
"""Set in CI: a missing browser then fails the tests that would be skipped elsewhere."""


def missing() -> str | None:
    """What keeps the tests from running, or None."""
    if importlib.util.find_spec("axe_core_python") is None:
        return "axe-core-python is not installed (the test extra has it)"
    return headless_browser.missing()


class Browser:
    """One window without a display."""

    def __init__(self, profile: Path) -> None:
        self.driver = headless_browser.open_browser(profile)
        self.size(1280, 800)

    def size(self, width: int, height: int) -> None:
        headless_browser.set_size(self.driver, width, height)

    def colours(self, scheme: str) -> None:
        headless_browser.set_colours(self.driver, scheme)

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
