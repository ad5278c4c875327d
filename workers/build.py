"""Which code does a worker run? Histories name it at each step."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from workers.settings import ROOT

_OURS: Final = ("activities", "contracts", "governance", "storage", "workers", "workflows")
_DIGITS: Final = 16


def build_id_of(root: Path) -> str:
    """A digest of the sources of Handrail's own packages below `root`, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(path for package in _OURS for path in (root / package).rglob("*.py")):
        source = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(source)}\n".encode() + source)
    return digest.hexdigest()[:_DIGITS]


@cache
def deployment() -> WorkerDeploymentConfig:
    """What workers tell the server of themselves. Any of them may go on with any request: versions are not pinned.

    Without it the SDK reads every loaded module, libraries too, for most of a second at each start, and sees only what
    stands outside of functions.
    """
    version = WorkerDeploymentVersion(deployment_name="handrail", build_id=build_id_of(ROOT))
    return WorkerDeploymentConfig(version=version, use_worker_versioning=False)
