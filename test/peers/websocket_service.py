"""A websocket service: echoes; closes what asks for /close, refuses what asks for /refuse."""
import http

from suite import use_libraries

use_libraries()

from websockets.sync.server import serve  # noqa: E402


def check(connection, request):
    if request.path == "/refuse":
        return connection.respond(http.HTTPStatus.FORBIDDEN, "no\n")
    return None


def choose(_, offered):
    return "echo" if "echo" in offered else None


def echo(connection):
    if connection.request.path == "/close":
        connection.close(4001, "enough")
        return
    for message in connection:
        connection.send(message)


def main():
    with serve(echo, "127.0.0.1", 0, max_size=None, select_subprotocol=choose,
               process_request=check) as server:
        print(f"listening on 127.0.0.1:{server.socket.getsockname()[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
