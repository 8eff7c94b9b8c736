"""A session with the dashboard without a browser: the websocket that its web page talks over.

For what concerns the server alone: a browser's page costs ten times what it asks the server for.
What does not belong here: what is expected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@dataclass(frozen=True)
class Shown:
    """What a run of the script sent: titles and HTML as text, and exceptions."""

    text: str
    exceptions: list[str]


class Session:
    """One reader's session; its visits come one after another."""

    def __init__(self, socket: ClientConnection, patience: float) -> None:
        self._socket, self._patience = socket, patience

    def visit(self, page: str = "", **state: str) -> Shown:
        """Open a page and wait until the script has run."""
        asked = ClientState(page_name=page, query_string=urlencode(state))
        self._socket.send(BackMsg(rerun_script=asked).SerializeToString())
        texts: list[str] = []
        exceptions: list[str] = []
        while True:
            message = ForwardMsg()
            message.ParseFromString(self._socket.recv(self._patience, decode=False))
            is_end = message.WhichOneof("type") == "script_finished"
            # Runs of a fragment end too, and so do runs that are cut short and begin anew.
            if is_end and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return Shown("\n".join(texts), exceptions)
            element = message.delta.new_element
            match element.WhichOneof("type"):
                case "html":
                    texts.append(element.html.body)
                case "heading":
                    texts.append(f"<{element.heading.tag}>{element.heading.body}")
                case "exception":
                    exceptions.append(element.exception.message)


@contextmanager
def session(url: str, patience: float = 60) -> Iterator[Session]:
    """A new session; waits ``patience`` seconds for each message at most."""
    address = url.replace("http://", "ws://") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        yield Session(socket, patience)
