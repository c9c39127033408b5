"""Clients of up for scripts/load-up, over HTTP/1.1: clients.py LINK idle|delayed|crowd|read|probe COUNT. Prints the outcome."""
import asyncio
import collections
import resource
import socket
import ssl
import sys
import time
from urllib.parse import urlsplit

HOST = urlsplit(sys.argv[1]).hostname
ADDRESS = socket.getaddrinfo(HOST, 443)[0][4][0]  # Once: the name server is not what is tried.
TRUST = ssl.create_default_context()
TRUST.check_hostname = False
TRUST.verify_mode = ssl.CERT_NONE
TRUST.set_alpn_protocols(["http/1.1"])
LATE = 2.0  # Seconds.


async def connect(**options):
    return await asyncio.open_connection(
        ADDRESS, 443, ssl=TRUST, server_hostname=HOST, ssl_handshake_timeout=60, **options
    )


async def ask(connection, path):
    """Gives the status, with the whole content read."""
    reader, writer = connection
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
    return head.split(" ")[1]


async def outcome(coroutine):
    try:
        return await asyncio.wait_for(coroutine, 60)
    except Exception as error:
        return type(error).__name__


async def opened(count):
    gate = asyncio.Semaphore(50)  # As browsers come: not all in the same millisecond.

    async def one():
        async with gate:
            return await connect()

    return await asyncio.gather(*(outcome(one()) for _ in range(count)))


async def each(connections, path):
    async def one(connection):
        return connection if isinstance(connection, str) else await ask(connection, path)

    return await asyncio.gather(*(outcome(one(connection)) for connection in connections))


def summary(answers):
    counts = collections.Counter(answers)
    good = counts.pop("200", 0)
    return f"{good} answers" + "".join(f", {count} {what}" for what, count in sorted(counts.items()))


async def idle(count):
    connections = await opened(count)
    first = await each(connections, "/small")
    await asyncio.sleep(5)
    return summary(first + await each(connections, "/small"))


async def delayed(count):
    return summary(await each(await opened(count), "/delayed"))


async def once():
    connection = await connect()
    status = await ask(connection, "/delayed")
    connection[1].transport.abort()
    return status


async def crowd(count):
    """Each connects and asks as soon as it is let in."""
    return summary(await asyncio.gather(*(outcome(once()) for _ in range(count))))


async def reader():
    stream, writer = await connect(limit=8 * 1024)
    writer.write(f"GET /drip HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    status = (await stream.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
    for _ in range(100):
        await stream.readexactly(10_000)
        await asyncio.sleep(0.1)
    writer.transport.abort()
    return status


async def read(count):
    return summary(await asyncio.gather(*(outcome(reader()) for _ in range(count))))


async def probe(count):
    connection = await connect()
    longest = 0.0
    for _ in range(count):
        start = time.monotonic()
        assert await ask(connection, "/small") == "200"
        longest = max(longest, time.monotonic() - start)
        await asyncio.sleep(0.1)
    print(f"longest: {longest * 1000:.0f} ms", file=sys.stderr)
    return "no answer late" if longest < LATE else f"one after {longest:.1f} s"


limit = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
print(asyncio.run({"idle": idle, "delayed": delayed, "crowd": crowd, "read": read, "probe": probe}[sys.argv[2]](int(sys.argv[3]))))
