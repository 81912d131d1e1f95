"""Uses the MCP server by the official client for Python. Arguments: URL, or command and its arguments."""

import asyncio
import os
import sys

from mcp import Client, StdioServerParameters

target = sys.argv[1:]
if target[0].startswith("http"):
    server = target[0]
else:
    server = StdioServerParameters(command=target[0], args=target[1:], env=dict(os.environ))


async def main():
    async with Client(server) as client:
        print("server:", client.server_info.name, client.protocol_version)
        print("tools:", [tool.name for tool in (await client.list_tools()).tools])
        print("documents:", client.instructions.split(". ")[0])

        reports = []

        async def report(progress, total, message):
            reports.append(message)

        answer = await client.call_tool("ask", {"question": "What is the vault code?"}, progress_callback=report)
        found = answer.structured_content
        print("answer:", found["answer"], found["outcome"], "source:", found["citations"][0]["place"])
        print("progress:", reports[0].split(" ")[0])

        trace = await client.call_tool("trace", {"run": found["run"]})
        print("trace:", trace.structured_content["outcome"], trace.structured_content["total_steps"], "steps")

        passages = (await client.call_tool("search", {"query": "leaking roof"})).structured_content["passages"]
        print("search:", passages[0]["place"])
        part = {"document": passages[0]["document"], "line": 3, "lines": 1}
        print("read:", (await client.call_tool("read", part)).structured_content["text"].strip())

        estimate = await client.call_tool("estimate", {"question": "What is the vault code?"})
        print("estimate:", estimate.structured_content["recommended"])

        wrong = await client.call_tool("read", {"document": "/etc/passwd"})
        print("error:", wrong.is_error, wrong.content[0].text.splitlines()[0])


asyncio.run(main())
