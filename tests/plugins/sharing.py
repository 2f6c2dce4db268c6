"""Which tests go to the same of several processes: ``pytest -n 3 --dist loadgroup``.

Those of the shop that is deployed on AWS, for it takes long to make; every other goes wherever there is time.
The marker ``xdist_group`` would say so, but xdist 3.8 writes it where pytest 9.2 looks no more.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

DEPLOYED = "tests/aws/"

BY_THEMSELVES = ("test_artefact.py", "test_lifecycle.py")
"""Files of tests that need no deployment, or one of their own."""

TOPOLOGIES = "test_topologies.py"
"""These share an emulator."""


class ByDeployment(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no annotations
    """Hands out tests one by one, and those that share something together, the largest group first."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        if not path.startswith(DEPLOYED) or path.endswith(BY_THEMSELVES):
            return nodeid
        return path if path.endswith(TOPOLOGIES) else DEPLOYED


@pytest.hookimpl(optionalhook=True)  # xdist may be off
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByDeployment | None:
    return ByDeployment(config, log) if config.getvalue("dist") == "loadgroup" else None
