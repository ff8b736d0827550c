"""A front door for those who live in JupyterLab: jupyter-scheduler asks, the runner runs.

It is a door only. The notebook that was right-clicked is not what is run, the parameters ``study`` and
``quarter`` of the job are handed to ``gradelab run``, and everything that makes a run trustworthy
(record, lock, time limit, resume) is the runner's. A schedule here lives as long as the Jupyter server
lives, and a run that was missed is not made up for; a timer of the operating system does both.

Start the server with ``jupyter lab --Scheduler.execution_manager_class=examples.schedule.jupyter_door.RunStudy``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

try:
    from jupyter_scheduler.executors import ExecutionManager
    from jupyter_scheduler.models import JobFeature
except ImportError as error:
    raise ImportError("examples/schedule/jupyter_door.py needs: pip install jupyter-scheduler") from error

FEATURES = ("job_name", "parameters", "output_formats", "job_definition")


class RunStudy(ExecutionManager):
    """Runs the study that the job names."""

    def execute(self) -> None:
        """Run the study, and put its first report of each format where the scheduler looks for it."""
        told = self.model.parameters or {}
        study, quarter = str(told.get("study", "")), str(told.get("quarter", "last"))
        if not study.endswith(".yaml"):
            raise ValueError("the job needs the parameter study, such as params/studies/demo.yaml")
        command = [sys.executable, "-m", "toolkit", "run", "--quarter", quarter, "--json", "--", study]
        done = subprocess.run(command, cwd=self.root_dir, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"gradelab ended with {done.returncode}: {done.stderr.strip()[-1000:]}")
        reports = json.loads(done.stdout.splitlines()[-1])["reports"]
        for kind in self.model.output_formats or ():
            made = next((path for name, path in reports.items() if name.endswith(f".{kind}")), None)
            if made and kind in self.staging_paths:
                shutil.copyfile(Path(self.root_dir) / made, self.staging_paths[kind])

    @classmethod
    def supported_features(cls) -> dict[JobFeature, bool]:
        """What the form for a job offers."""
        return {feature: feature.name in FEATURES for feature in JobFeature}

    @classmethod
    def validate(cls, input_path: str) -> bool:
        """Any notebook may be the one that was right-clicked."""
        return True
