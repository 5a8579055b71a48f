"""A page taken apart by an HTML parser, for tests that ask what a browser would see."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """Elements, attributes and texts of one page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._inside, data))

    @property
    def text(self) -> str:
        """Visible text, white space collapsed."""
        return " ".join(" ".join(data for tag, data in self.texts if tag not in ("style", "title", "script")).split())

    @property
    def data(self) -> list[str]:
        """The JSON inside the page."""
        return [data for tag, data in self.texts if tag == "script" and data.startswith("{")]

    @property
    def title(self) -> str:
        return " ".join(data for tag, data in self.texts if tag == "title")

    def attributes(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.tags if name in attrs]

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attrs for found, attrs in self.tags if found == tag]
