"""The product's application in a child process that is replaced the moment that it dies.

    python -m tests.load.forked

The parent builds the application once and serves nothing; each child is a copy of it with
connections and threads of its own. A death costs milliseconds, where a worker of gunicorn builds
the application anew in a second or two.
"""

import os
import socket
from typing import Any

from werkzeug.serving import make_server

from odsc_counter.app import create_app
from odsc_counter.config import settings_from_environment


def main() -> None:
    """Serve until the whole process group is killed."""
    settings = settings_from_environment()
    app: Any = create_app(settings)
    app.extensions["database"].dispose()
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((settings.host, settings.port))
    listening.listen(64)
    while True:
        child = os.fork()
        if child == 0:
            make_server(
                settings.host, settings.port, app, threaded=True, fd=listening.fileno()
            ).serve_forever()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
