"""Wakes a worker through the broker, from a thread of its own: a dead broker never delays or breaks a request."""

import logging
import queue
import threading

from celery import current_app

logger = logging.getLogger(__name__)

TASK = "core.run_due"
_calls: queue.Queue[bool] = queue.Queue(maxsize=1)
_started = threading.Lock()
_thread: threading.Thread | None = None


def send() -> bool:
    """Send one wake-up now; False when the broker cannot be reached."""
    try:
        with current_app.connection_for_write(connect_timeout=3) as link:
            current_app.send_task(TASK, connection=link, retry=False, ignore_result=True)
    except Exception as error:
        logger.warning("The broker cannot be reached (%s); the scheduler wakes workers later.", error)
        return False
    return True


def _loop() -> None:
    while _calls.get():
        send()


def wake() -> None:
    """Ask for a wake-up and return at once; while one is being sent, more of them are one."""
    global _thread  # noqa: PLW0603
    with _started:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_loop, name="waker", daemon=True)
            _thread.start()
    try:
        _calls.put_nowait(True)
    except queue.Full:
        return
