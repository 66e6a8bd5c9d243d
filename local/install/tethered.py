"""Runs a Python module (`tethered.py MODULE ARGUMENTS`) that ends when the process that holds its standard input does."""

import os
import runpy
import sys
import threading


def end_with_parent():
    # Not sys.stdin: the interpreter wants its buffer's lock when it shuts down, and this thread would hold it.
    while os.read(0, 4096):
        pass
    os._exit(1)


threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
