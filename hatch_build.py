"""Read the run-time dependencies from requirements/base.in, so that they are listed once."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class DependenciesHook(MetadataHookInterface):
    """Fill `dependencies` from the same file the lock is compiled from."""

    def update(self, metadata: dict) -> None:
        lines = Path(self.root, "requirements", "base.in").read_text(encoding="utf-8").splitlines()
        build_only = {"hatchling", "editables"}
        metadata["dependencies"] = [
            line for line in map(str.strip, lines) if line and not line.startswith("#") and line not in build_only
        ]
