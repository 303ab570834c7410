"""A Graph API that answers each message after 120 ms and remembers when it came (`-m tests.benchmarks._graph PORT`).

The project's simulator checks all that Meta checks and would itself be the limit at a thousand messages a second; this
one only takes the time. GET /arrivals gives the moments (seconds of its own clock), and forgets them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

LATENCY_SECONDS = 0.12
arrivals: list[float] = []


class Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if not found or len(rest) < length:
            return
        self.buffer = rest[length:]
        if head.startswith(b"GET"):
            self.answer({"arrivals": arrivals})
            arrivals.clear()
            return
        arrivals.append(time.monotonic())
        wamid = f"wamid.{len(arrivals)}.{time.monotonic_ns()}"
        said = {"messaging_product": "whatsapp", "contacts": [{"wa_id": "919810000001"}], "messages": [{"id": wamid}]}
        asyncio.get_running_loop().call_later(LATENCY_SECONDS, self.answer, said)

    def answer(self, said: object) -> None:
        body = json.dumps(said).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
