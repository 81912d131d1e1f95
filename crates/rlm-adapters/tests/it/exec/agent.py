"""An agent of the official SDK. The prompt says how it answers."""

import asyncio
import os
import sys

from acp import (
    Agent,
    InitializeResponse,
    NewSessionResponse,
    PromptResponse,
    RequestError,
    run_agent,
    text_block,
    update_agent_message,
    update_agent_thought,
)
from acp.schema import (
    AgentCapabilities,
    PermissionOption,
    SessionCapabilities,
    SessionCloseCapabilities,
    ToolCallUpdate,
    Usage,
)


class TestAgent(Agent):
    def __init__(self):
        self.sessions = {}
        self.closed = 0

    def on_connect(self, conn):
        self.client = conn

    async def initialize(self, protocol_version, client_capabilities=None, client_info=None, **_):
        capabilities = AgentCapabilities(session_capabilities=SessionCapabilities(close=SessionCloseCapabilities()))
        return InitializeResponse(protocol_version=protocol_version, agent_capabilities=capabilities)

    async def new_session(self, cwd, mcp_servers=None, **_):
        session = f"session-{len(self.sessions) + 1}"
        self.sessions[session] = (cwd, asyncio.Event())
        return NewSessionResponse(session_id=session)

    async def close_session(self, session_id, **_):
        self.closed += 1

    async def cancel(self, session_id, **_):
        print("cancelled", session_id, file=sys.stderr, flush=True)
        self.sessions[session_id][1].set()

    async def prompt(self, prompt, session_id, **_):
        said = prompt[0].text.split("\n\n")[-1]
        cwd, cancelled = self.sessions[session_id]

        async def say(text):
            await self.client.session_update(session_id, update_agent_message(text_block(text)))

        if said == "wait":
            open(os.path.join(cwd, "waiting"), "w").close()
            await cancelled.wait()
            return PromptResponse(stop_reason="cancelled")
        if said == "log in":
            raise RequestError.auth_required()
        if said == "break":
            raise RequestError.internal_error({"details": "the API is down"})
        if said == "refuse":
            await say("I won't.")
            return PromptResponse(stop_reason="refusal")
        if said == "try":
            tried = []
            for attempt in [
                self.client.read_text_file(path="/etc/passwd", session_id=session_id),
                self.client.create_terminal(command="sh", session_id=session_id),
            ]:
                try:
                    await attempt
                    tried.append("allowed")
                except RequestError as error:
                    tried.append(str(error))
            options = [
                PermissionOption(kind="allow_once", name="Allow", option_id="yes"),
                PermissionOption(kind="reject_once", name="Reject", option_id="no"),
            ]
            call = ToolCallUpdate(tool_call_id="1", title="rm")
            answer = await self.client.request_permission(session_id=session_id, tool_call=call, options=options)
            await say(f"{tried} {answer.outcome.option_id}")
            return PromptResponse(stop_reason="end_turn")
        await self.client.session_update(session_id, update_agent_thought(text_block("Let me see.")))
        for word in ["You said", f" {said!r}", f" in {session_id} after {self.closed} closed ones."]:
            await say(word)
            await asyncio.sleep(0)
        usage = Usage(total_tokens=9, input_tokens=4, output_tokens=3, cached_read_tokens=2)
        return PromptResponse(stop_reason="max_tokens" if said == "short" else "end_turn", usage=usage)


# The SDK counts the usage of a turn, and closing sessions, as unstable.
asyncio.run(run_agent(TestAgent(), use_unstable_protocol=True))
