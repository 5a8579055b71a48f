"""Which module imports which, read from the source without running it."""

import ast
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Graph = Mapping[str, set[str]]
"""Name to the names it imports."""


@dataclass(frozen=True)
class Imports:
    """The imports of some packages, by the dotted name of the importing module.

    ``arrows`` holds those that run, at the top or late inside a function; ``typing_arrows`` those under
    ``TYPE_CHECKING``; ``outside`` the modules of other packages. A face that loads its names on first use (a package
    with ``__getattr__``) imports what its ``TYPE_CHECKING`` block names.
    """

    files: dict[str, Path]
    arrows: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    typing_arrows: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    outside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def is_package(self, name: str) -> bool:
        """Whether ``name`` is a folder with a face."""
        return self.files[name].name == "__init__.py"

    def siblings(self, package: str) -> Graph:
        """What the modules and folders directly below ``package`` import of each other, all that they hold counted."""
        graph: dict[str, set[str]] = defaultdict(set)
        for name, targets in self.arrows.items():
            own = _child(package, name)
            if own is not None:
                graph[own] |= {other for target in targets if (other := _child(package, target)) not in (None, own)}
        return graph

    def reaching(self, source: str, forbidden: str) -> list[str]:
        """``importer → imported`` of everything in ``source`` that imports ``forbidden`` or what it holds."""
        return [
            f"{name} → {target}"
            for name, targets in sorted(self.arrows.items())
            for target in sorted(targets)
            if _within(name, source) and _within(target, forbidden)
        ]


def read_imports(root: Path, *packages: str) -> Imports:
    """Parse every module of ``packages``, folders directly below ``root``."""
    files: dict[str, Path] = {}
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    imports = Imports(files)
    for name, path in files.items():
        tree = ast.parse(path.read_text("utf-8"))
        lazy_face = any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body)
        for target, typing_only in _imported(tree, name, imports.is_package(name)):
            inner = _known(target, files)
            if inner is None:
                imports.outside[name].add(target)
            elif inner != name:
                (imports.typing_arrows if typing_only and not lazy_face else imports.arrows)[name].add(inner)
    return imports


def circles(graph: Graph) -> list[str]:
    """One shortest circle ``a → b → a`` of each knot of names that import each other; empty when there are none."""
    found: list[str] = []
    left = {name for name in graph if name in _reached(graph, name)}
    while left:
        start = min(left)
        knot = {name for name in _reached(graph, start) if start in _reached(graph, name)}
        left -= knot
        shortest = min((_circle(graph, name) for name in sorted(knot)), key=len)
        size = f"  (a knot of {len(knot)}: {', '.join(sorted(knot))})" if len(knot) > len(shortest) - 1 else ""
        found.append(" → ".join(shortest) + size)
    return found


def _reached(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    pending = [start]
    while pending:
        for target in graph.get(pending.pop(), ()):
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return seen


def _circle(graph: Graph, start: str) -> list[str]:
    """The shortest way from ``start`` back to itself."""
    pending = deque([[start]])
    seen: set[str] = set()
    while pending:
        way = pending.popleft()
        for target in sorted(graph.get(way[-1], ())):
            if target == start:
                return [*way, start]
            if target not in seen:
                seen.add(target)
                pending.append([*way, target])
    raise ValueError(f"no circle through {start}")


def _imported(tree: ast.Module, name: str, is_package: bool) -> Iterator[tuple[str, bool]]:
    """Each imported dotted name, as far as the statement tells it, and whether it is imported for typing only."""
    pending: list[tuple[ast.AST, bool]] = [(tree, False)]
    while pending:
        node, typing_only = pending.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = name.split(".")[: -node.level + is_package or None]
                base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{base}.{alias.name}", typing_only) for alias in node.names)
        elif isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            pending += [(each, True) for each in node.body] + [(each, typing_only) for each in node.orelse]
        else:
            pending += [(each, typing_only) for each in ast.iter_child_nodes(node)]


def _known(target: str, files: Mapping[str, Path]) -> str | None:
    """The module that ``target`` is or is taken from; None when it is none of ours."""
    while target not in files:
        target, dot, _ = target.rpartition(".")
        if not dot:
            return None
    return target


def _child(package: str, name: str) -> str | None:
    """The module or folder directly below ``package`` that holds ``name``."""
    rest = name.removeprefix(f"{package}.")
    return None if rest == name else f"{package}.{rest.split('.')[0]}"


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
