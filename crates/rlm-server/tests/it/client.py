"""Uses the service by OpenAI's own client, as an application would. Arguments: base URL, text."""

import json
import sys

import openai

base_url, text = sys.argv[1:]
client = openai.OpenAI(base_url=base_url, api_key="none", max_retries=0)


def ask(content, **more):
    return client.chat.completions.create(model="rlm", messages=[{"role": "user", "content": content}], **more)


print("models:", [model.id for model in client.models.list()])

reply = ask(text)
citation = reply.rlm["citations"][0]["quote"]
print("answer:", reply.choices[0].message.content, reply.choices[0].finish_reason, "citation:", citation)
print("usage adds up:", reply.usage.prompt_tokens + reply.usage.completion_tokens == reply.usage.total_tokens)

stream = ask(text, stream=True, stream_options={"include_usage": True}, extra_body={"rlm": {"progress": True}})
answer, steps, usage = "", "", None
for chunk in stream:
    for choice in chunk.choices:
        answer += choice.delta.content or ""
        steps += getattr(choice.delta, "reasoning_content", None) or ""
    usage = chunk.usage or usage
print("streamed:", answer, "steps:", steps.count("step "), "usage:", usage.total_tokens > 0)

schema = {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]}
form = {"type": "json_schema", "json_schema": {"name": "code", "schema": schema, "strict": True}}
print("to a schema:", json.loads(ask(text, response_format=form).choices[0].message.content))

for content, more in [("Which?", {"model": "gpt-5.1"}), ("Which?", {"n": 2}), ("  ", {})]:
    try:
        client.chat.completions.create(**{"model": "rlm", "messages": [{"role": "user", "content": content}], **more})
    except openai.APIStatusError as error:
        print("refused:", type(error).__name__, error.code)

file = client.files.create(file=("vault.md", b"The vault code is 7-4-1."), purpose="user_data")
parts = [{"type": "input_file", "file_id": file.id}, {"type": "input_text", "text": "What is the vault code?"}]
question = [{"role": "user", "content": parts}]
response = client.responses.create(model="rlm", input=question)
print("response:", response.output_text, response.status)
with client.responses.stream(model="rlm", input=question) as stream:
    kinds = [event.type for event in stream]
    print("events:", len(set(kinds)), "last:", kinds[-1], "assembled:", stream.get_final_response().output_text)
background = client.responses.create(model="rlm", input=question, background=True)
while background.status in ("queued", "in_progress"):
    background = client.responses.retrieve(background.id)
print("in the background:", background.output_text)
print("deleted:", client.files.delete(file.id).deleted)
