"""Uploads a file in parts by a client of the protocol tus, and asks about it. Arguments: URL of the service."""

import io
import json
import sys
import time
import urllib.request

from tusclient import client

(url,) = sys.argv[1:]
text = b"All is well.\n" * 1000 + b"The vault code is 7-4-1.\n"


def uploader(**more):
    return client.TusClient(f"{url}/v1/uploads").uploader(
        file_stream=io.BytesIO(text), metadata={"filename": "vault.md"}, chunk_size=5000, **more
    )


first = uploader()
first.upload(stop_at=5000)
print("after the first part:", first.offset, "of", first.get_file_size())
# Another process continues it.
second = uploader(url=first.url)
print("continues at:", second.offset)
second.upload()
print("after the last part:", second.offset == len(text))


def send(path, body=None):
    request = urllib.request.Request(url + path, data=body and json.dumps(body).encode())
    with urllib.request.urlopen(request) as response:
        return json.load(response)


context = send("/v1/contexts", {"uploads": [first.url.rsplit("/", 1)[-1]]})
print("documents:", context["documents"])
run = send("/v1/runs", {"question": "What is the vault code?", "contexts": [context["id"]]})
run = send(f"/v1/runs/{run['id']}?wait=30")
print("answer:", run["answer"], "from", run["citations"][0]["document"])
