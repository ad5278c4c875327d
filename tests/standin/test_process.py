"""Does `python -m demo.standin` start, stop, and say plainly when its port is taken?"""

import asyncio
import signal
import socket
import sys

import httpx2


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def start(port: int) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "demo.standin", "--port", str(port), "--latency", "none")
    return await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)


async def until_healthy(port: int) -> dict[str, object]:
    async with httpx2.AsyncClient() as http:
        for _ in range(300):
            try:
                return (await http.get(f"http://127.0.0.1:{port}/healthz")).json()
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
    raise AssertionError(f"nothing answers on port {port}")


async def test_it_starts_labels_itself_and_stops_on_sigterm() -> None:
    port = free_port()
    server = await start(port)
    assert (await until_healthy(port))["label"] == "stand-in model, not an LLM"
    server.send_signal(signal.SIGTERM)
    _, said = await server.communicate()
    assert "not an LLM" in said.decode()
    assert server.returncode in (0, -signal.SIGTERM)


async def test_a_taken_port_is_one_sentence_and_exit_code_1() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        server = await start(port)
        _, said = await server.communicate()
    assert server.returncode == 1
    assert f"127.0.0.1:{port}" in said.decode()
    assert "Traceback" not in said.decode()
