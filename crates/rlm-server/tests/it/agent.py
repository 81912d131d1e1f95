"""Uses the service as the model of an agent, and of a terminal client. Arguments: base URL, text, folder."""

import asyncio
import os
import pathlib
import subprocess
import sys

from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, set_tracing_disabled
from openai import AsyncOpenAI

base_url, text, folder = sys.argv[1:]
set_tracing_disabled(True)


async def ask(model):
    client = AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0)
    agent = Agent(name="Archivist", instructions="Answer briefly.", model=model(model="rlm", openai_client=client))
    return (await Runner.run(agent, text)).final_output


print("agent, by responses:", asyncio.run(ask(OpenAIResponsesModel)))
print("agent, by chat completions:", asyncio.run(ask(OpenAIChatCompletionsModel)))

settings = pathlib.Path(folder)
(settings / "extra-openai-models.yaml").write_text(f"- model_id: rlm\n  model_name: rlm\n  api_base: {base_url}\n")
(settings / "keys.json").write_text('{"openai": "none"}')
asked = subprocess.run(
    [sys.executable, "-m", "llm", "-m", "rlm", "What is the vault code?"],
    input=text,
    env={**os.environ, "LLM_USER_PATH": folder},
    capture_output=True,
    text=True,
)
print("llm:", asked.stdout.strip() or asked.stderr)
