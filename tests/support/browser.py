"""The Chromium of this machine."""

import os
import shutil

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
"""Its program, ``None`` where there is none."""

OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
"""What lets it run in a container, without a screen."""
