"""A small MCP server over standard streams: JSON-RPC 2.0, one message per line."""

import json
import os
import sys

TOOLS = [
    {
        "name": "stock-of",
        "description": "Returns how many of an\n article are in stock.",
        "inputSchema": {"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]},
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    },
    {
        "name": "say",
        "description": "Says words.",
        "inputSchema": {"type": "object", "properties": {"words": {"type": "array"}, "loud": {"type": "boolean", "default": False}}},
        "annotations": {"readOnlyHint": True},
    },
    {"name": "raise", "inputSchema": {"type": "object"}},
    {"name": "leave", "inputSchema": {"type": "object"}},
    {"name": "pid", "inputSchema": {"type": "object"}},
]


def texts(*said, **more):
    return {"content": [{"type": "text", "text": text} for text in said], **more}


def call(name, arguments):
    if name == "stock-of":
        article = arguments["article"]
        if article == "none":
            return texts(f"no article {article}", isError=True)
        return texts("12 in stock", structuredContent={"count": 12})
    if name == "say":
        return texts(*arguments["words"])
    if name == "pid":
        return texts(str(os.getpid()))
    if name == "leave":
        sys.exit(0)
    raise ValueError("not today")


def answer(method, params):
    if method == "initialize":
        return {
            "protocolVersion": params["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "shop", "version": "1"},
        }
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        return call(params["name"], params.get("arguments") or {})
    return {}


def main(mode):
    if mode == "odd":
        TOOLS.extend({"name": name, "inputSchema": {"type": "object"}} for name in ("__import__", "../x", "", "say"))
    if mode == "dies":
        sys.exit("cannot read its configuration")
    if mode == "floods":
        while True:
            sys.stdout.write("x" * 65536)
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        reply = {"jsonrpc": "2.0", "id": message["id"]}
        try:
            reply["result"] = answer(message["method"], message.get("params") or {})
        except ValueError as error:
            reply["error"] = {"code": -32000, "message": str(error)}
        print(json.dumps(reply), flush=True)


main(sys.argv[1] if len(sys.argv) > 1 else "plain")
