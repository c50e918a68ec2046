"""Every measuring script, one after the other: `make bench`."""

import subprocess
import sys

SCRIPTS = (
    "retrieval", "wishes", "importing", "speed", "embedder", "extraction", "ingesting", "faults", "answers",
    "telegram", "delivering", "discord", "discord_form",
)  # fmt: skip

for script in SCRIPTS:
    print(f"— {script}")
    if subprocess.run([sys.executable, "-m", f"tests.bench.{script}"], check=False).returncode:
        print(f"  {script} could not be measured")
