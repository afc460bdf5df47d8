"""Fail unless the program exits 0 and prints a line that is the text: prints.py PROGRAM TEXT."""
import subprocess
import sys

program, text = sys.argv[1:]
run = subprocess.run([program], capture_output=True, text=True, check=False)
if run.returncode != 0 or text not in run.stdout.splitlines():
    sys.exit(f'{program}: exit {run.returncode}, no line "{text}" in:\n{run.stdout}{run.stderr}')
