"""Ten readers at once move levers for a minute: errors, slowest answer, memory of the server.

python bench/page_readers.py URL [SERVER_PID] [--readers 10] [--patient 3] [--seconds 60]

Each reader asks for a new scenario and waits for the first picture. Most read on for a second and
leave the rest where it has not come by then, as the page does when a lever moves on; `--patient`
readers stay to the end of every answer. Prints one JSON object.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from urllib.parse import urlsplit

import psutil

PAUSE = 1.0  # seconds between moves of a lever


async def main() -> None:
    """Run the readers and print what they saw."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("pid", type=int, nargs="?")
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--patient", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    where = urlsplit(asked.url)
    levers = await _levers(where.hostname or "", where.port or 80)
    server = psutil.Process(asked.pid) if asked.pid else None
    seen: dict[str, list] = {"first": [], "full": [], "errors": [], "memory": []}
    until = time.monotonic() + asked.seconds
    stays = [None if i < asked.patient else PAUSE for i in range(asked.readers)]
    readers = [
        _reader(random.Random(i), where.hostname, where.port, levers, until, seen, stay)
        for i, stay in enumerate(stays)
    ]
    await asyncio.gather(_memory(server, until, seen), *readers)
    memory = seen["memory"] or [0.0]
    print(
        json.dumps(
            {
                "readers": asked.readers,
                "patient": asked.patient,
                "seconds": asked.seconds,
                "first_pictures": len(seen["first"]),
                "full_pictures": len(seen["full"]),
                "errors": len(seen["errors"]),
                "first_s": {
                    "p50": round(statistics.median(seen["first"]), 3),
                    "max": round(max(seen["first"]), 3),
                },
                "full_s": {"max": round(max(seen["full"], default=0.0), 3)},
                "memory_mb": [memory[0], memory[len(memory) // 3], memory[-1]],
                "first_error": str(seen["errors"][0]) if seen["errors"] else None,
            }
        )
    )


async def _reader(luck, host, port, levers, until, seen, stay) -> None:  # noqa: ANN001
    while time.monotonic() < until:
        lever = luck.choice(levers)
        value = round(luck.uniform(lever["low"], lever["high"]), 4)
        body = json.dumps({"levers": {lever["key"]: value}}).encode()
        head = f"POST /api/run HTTP/1.1\r\nHost: {host}:{port}\r\n"
        head += "Content-Type: application/json\r\n"
        began = time.monotonic()
        writer = None
        try:
            reader, writer = await asyncio.open_connection(host, port, limit=2**24)
            writer.write(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status = await reader.readline()
            if b" 200 " not in status:
                seen["errors"].append(status)
            else:
                await _pictures(reader, began, seen, stay)
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            seen["errors"].append(error)
        finally:
            if writer:
                writer.close()
        await asyncio.sleep(luck.uniform(0, PAUSE / 4))


async def _pictures(
    reader: asyncio.StreamReader, began: float, seen: dict[str, list], stay: float | None
) -> None:
    """Take the first picture, and the full one if it comes within the seconds that one stays."""
    while (await reader.readline()).strip():
        pass
    text = b""
    while b"\n" not in text.replace(b"\r\n", b""):
        text += await _chunk(reader)
    seen["first"].append(time.monotonic() - began)
    try:
        async with asyncio.timeout(stay):
            while True:
                chunk = await _chunk(reader)
                if not chunk:
                    seen["full"].append(time.monotonic() - began)
                    return
    except TimeoutError:
        return


async def _chunk(reader: asyncio.StreamReader) -> bytes:
    size = int((await reader.readline()).strip() or b"0", 16)
    data = await reader.readexactly(size)
    await reader.readline()
    return data


async def _memory(server: psutil.Process | None, until: float, seen: dict[str, list]) -> None:
    while server and time.monotonic() < until:
        seen["memory"].append(round(server.memory_info().rss / 2**20))
        await asyncio.sleep(1)


async def _levers(host: str, port: int) -> list[dict]:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET /api/levers HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return json.loads(answer.split(b"\r\n\r\n", 1)[1])["levers"]


if __name__ == "__main__":
    asyncio.run(main())
