"""The tools that deploy: ``make``, which knows how everything is built, and through it ``cdk``."""

import json
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cartwheel

Tell = Callable[[str], None]
"""Shows the operator a line."""

KEPT_LINES = 30
"""Of what a tool said, shown when it fails."""


class CloudError(Exception):
    """Something that the operator must see to first; the message says what."""


class NoCheckout(CloudError):
    """The sources are not here."""

    def __init__(self) -> None:
        super().__init__(
            "Deploying needs the sources: clone the repository and run `make run` or `make check` in it once,"
            " then use its `.venv/bin/cartwheel`."
        )


class ToolMissing(CloudError):
    """A program is not installed."""

    def __init__(self, name: str, advice: str) -> None:
        super().__init__(f"{name} is not installed. {advice}")


class ToolFailed(CloudError):
    """A program ended with an error."""

    def __init__(self, command: Sequence[str], lines: Sequence[str]) -> None:
        super().__init__("\n".join([f"`{' '.join(command)}` failed:", *lines]))


class Checkout:
    """The sources, and what is built from them."""

    def __init__(self, root: Path, region: str = "") -> None:
        self.root = root
        self._region = region
        self.pages = root / "web" / "dist"
        self.releases = root / "build" / "release"

    @classmethod
    def here(cls, region: str) -> "Checkout":
        """The checkout that this package is run from. Raises ``NoCheckout`` and ``ToolMissing``.

        ``region`` is where its tools deploy to.
        """
        root = Path(cartwheel.__file__).resolve().parents[2]
        if not (root / "infra" / "app.py").is_file():
            raise NoCheckout
        if shutil.which("make") is None:
            raise ToolMissing("make", "On Debian and Ubuntu: apt install make")
        return cls(root, region)

    def make(self, *arguments: str, tell: Tell) -> None:
        """Runs ``make``; every line it says is told. Raises ``ToolFailed``."""
        where = [f"AWS_REGION={self._region}"] if self._region else []
        # a make that runs this command tells its own helpers things that are not for this one
        command = ["env", "-u", "MAKEFLAGS", "make", "--no-print-directory", *where, *arguments]
        last: deque[str] = deque(maxlen=KEPT_LINES)
        with subprocess.Popen(  # noqa: S603 - our own Makefile
            command,
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        ) as process:
            for line in process.stdout or ():
                last.append(line.rstrip())
                tell(line.rstrip())
        if process.returncode:
            raise ToolFailed(command, list(last))

    def cdk(self, arguments: str, tell: Tell) -> None:
        """Runs a command of ``cdk`` for the options that were written last. Raises ``ToolFailed``."""
        self.make("cdk", f"ARGS={arguments}", tell=tell)

    def choose(self, options: Mapping[str, str]) -> None:
        """Writes down the options that the stacks are made from."""
        target = self.root / "build" / "options.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(dict(options), indent=1) + "\n", encoding="utf-8")

    def outputs(self) -> dict[str, str]:
        """What the stacks of the last deployment have told, all together."""
        told = json.loads((self.root / "build" / "outputs.json").read_text(encoding="utf-8"))
        return {name: value for stack in told.values() for name, value in stack.items()}
