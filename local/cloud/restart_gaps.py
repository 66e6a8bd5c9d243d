"""What MiniStack forgets or leaves hidden over a restart, and AWS, which does not restart, never would.

- A clean stop first lets the functions and the events of objects that are under way finish, while it still answers them:
  services are saved one after the other, and what changes between two of them would be lost or doubled.
- A function that had no time to finish leaves its messages hidden for six times its time-out. No invocation outlives this
  process, so the next one delivers them at once.
- No queue is read before this process answers: a function could not reach it, not even to give its messages back.
- Sessions of roles are kept in a file as they are issued: the services of the platform go on with theirs.
"""

import asyncio
import json
import os
import signal
import socket
import threading
import time

import hypercorn.asyncio
from ministack import app
from ministack.services import lambda_svc, s3, sqs, sts

# Seconds that a clean stop waits. The launcher kills after thirty.
PATIENCE = 20
SESSIONS = os.path.join(os.path.dirname(os.environ["STATE_DIR"]), "sessions.json")

serve = hypercorn.asyncio.serve
save_all = app.save_all
fire_event = s3._fire_s3_event
poll_queues = lambda_svc._poll_sqs
register_session = sts.register_session

lock = threading.Lock()
stopping = threading.Event()
answering = threading.Event()
events_under_way = 0


def count_event(change):
    global events_under_way
    with lock:
        events_under_way += change


def counted_event(*args, **named):
    count_event(1)
    try:
        fire_event(*args, **named)
    finally:
        count_event(-1)


def wait_for_events(deadline):
    while events_under_way > 0 and time.monotonic() < deadline:
        time.sleep(0.02)


def wait_for_functions(deadline):
    while lambda_svc._esm_inflight and time.monotonic() < deadline:
        time.sleep(0.05)


def finish():
    stopping.set()
    deadline = time.monotonic() + PATIENCE
    # A thread that had passed the gate before it closed has its batch by then.
    time.sleep(0.1)
    wait_for_functions(deadline)
    wait_for_events(deadline)


def save_when_quiet(services):
    # The last request has been answered by now; its event may still be on its way to a queue.
    if stopping.is_set():
        wait_for_events(time.monotonic() + 5)
    save_all(services)


async def serve_until_quiet(asgi, config, **named):
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, asked.set)

    async def stop():
        await asked.wait()
        await asyncio.to_thread(finish)

    await serve(asgi, config, shutdown_trigger=stop, **named)


def is_answering():
    try:
        socket.create_connection(("127.0.0.1", int(os.environ["GATEWAY_PORT"])), 0.2).close()
    except OSError:
        return False
    return True


def show_hidden():
    """Those that a function of the last process had received; what a service outside holds is still its own."""
    sources = {mapping.get("EventSourceArn") for _, _, mapping in lambda_svc._iter_all_esms()}
    now = time.time()
    with sqs._queues_lock:
        for queue in sqs._queues._data.values():
            if queue.get("attributes", {}).get("QueueArn") not in sources:
                continue
            for message in queue["messages"]:
                if message.get("receive_count", 0) > 0:
                    message["visible_at"] = min(message["visible_at"], now)


def poll_when_answering():
    if stopping.is_set():
        return False
    if not answering.is_set():
        if not is_answering():
            return False
        show_hidden()
        answering.set()
    return poll_queues()


def keep_session(access_key, session):
    with lock:
        register_session(access_key, session)
        with open(SESSIONS + ".new", "w", encoding="utf-8") as file:
            json.dump(sts._sessions, file)
        os.replace(SESSIONS + ".new", SESSIONS)


def load_sessions():
    try:
        with open(SESSIONS, encoding="utf-8") as file:
            sts._sessions.update(json.load(file))
    except FileNotFoundError:
        pass


def install():
    hypercorn.asyncio.serve = serve_until_quiet
    app.save_all = save_when_quiet
    s3._fire_s3_event = counted_event
    lambda_svc._poll_sqs = poll_when_answering
    sts.register_session = keep_session
    load_sessions()
