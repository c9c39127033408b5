"""The server behind up for scripts/load-up: upstream.py PORT

GET /large sends the file of that name, /small the small one, /delayed the small one after two seconds, /drip 20 MB;
PUT /count answers with the number of octets that came.
"""
import asyncio
import sys

BLOCK = 256 * 1024


async def head(reader):
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return lines[0].split(" ")[:2], fields


async def content(reader, fields):
    count = 0
    if fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            count += len(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return count
    length = int(fields.get("content-length", 0))
    while count < length:
        octets = await reader.read(min(BLOCK, length - count))
        if not octets:
            raise asyncio.IncompleteReadError(octets, length)
        count += len(octets)
    return count


async def send(writer, octets):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(octets) + octets)
    await writer.drain()


async def answer(method, path, fields, reader, writer):
    count = await content(reader, fields)
    if path == "/large":
        with open("large", "rb") as file:
            file.seek(0, 2)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % file.tell())
            await writer.drain()
            file.seek(0)
            await asyncio.get_running_loop().sendfile(writer.transport, file)
        return
    if path == "/delayed":
        await asyncio.sleep(2)
    if path == "/drip":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n")
        for _ in range(200):
            writer.write(bytes(100_000))
            await writer.drain()
        return
    await send(writer, str(count).encode() if path == "/count" else b"small\n")


async def serve(reader, writer):
    try:
        while True:
            (method, path), fields = await head(reader)
            await answer(method, path, fields, reader, writer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), limit=BLOCK, backlog=1100)
    await server.serve_forever()


asyncio.run(main())
