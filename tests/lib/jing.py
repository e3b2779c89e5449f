"""Whether files fit a schema."""
import subprocess

from tap import expect

PATIENCE = 120


def validate(schema, files):
    """Fails unless the files fit the schema (RELAX NG, compact syntax)."""
    done = subprocess.run(["jing", "-c", schema, *files], capture_output=True, text=True, timeout=PATIENCE, check=False)
    expect(done.returncode == 0, done.stdout[:2000] + done.stderr[:500])
