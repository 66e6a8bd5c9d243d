"""Starts MiniStack with what one machine needs of it.

The real MediaConvert puts its events on the default bus as source "aws.mediaconvert"; MiniStack lets only its own
services do so. Our MediaConvert is a process beside it, so the root key, which nothing of the program's holds, may.
It listens on loopback only, without TLS, and what never leaves the machine counts as sent by TLS: else every policy
that denies plain text, as ours do, would deny everything. And it stops cleanly, its state saved, when the launcher that
holds its standard input is gone. MiniStack saves its state when it stops and then only; SIGUSR1 saves it now, so that a
kill costs half a minute and not everything. What else a restart must not cost stands in restart_gaps.py.
"""

import os
import signal
import threading

import alarm_gaps
import iam_gaps
import restart_gaps
from ministack import app
from ministack.core.iam_evaluator import caller_arn
from ministack.services import eventbridge

SOURCE = "aws.mediaconvert"
put_events = eventbridge._put_events
pin_origin = app.pin_request_origin


def put_transcoder_events(data, allow_aws_source=False):
    entries = data.get("Entries", [])
    ours = bool(entries) and all(entry.get("Source") == SOURCE for entry in entries)
    return put_events(data, allow_aws_source or (ours and caller_arn().endswith(":root")))


def pin_loopback_as_secure(source_ip, _secure_transport):
    pin_origin(source_ip, True)


def save_now(_signal, _frame):
    app.save_all(app._build_persistence_save_dict())


def stop_with_launcher():
    # Not through sys.stdin: its lock, held by a thread that waits, aborts the interpreter when it ends.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


eventbridge._put_events = put_transcoder_events
app.pin_request_origin = pin_loopback_as_secure
iam_gaps.install()
alarm_gaps.install()
restart_gaps.install()
signal.signal(signal.SIGUSR1, save_now)
threading.Thread(target=stop_with_launcher, daemon=True).start()
try:
    app.main()
finally:
    # The interpreter gives handlers up before it ends: a save that is asked for then would kill it.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
