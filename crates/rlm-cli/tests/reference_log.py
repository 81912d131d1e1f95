"""Runs the reference implementation (rlms) with scripted replies, and writes its log.

Usage: reference_log.py LOG_DIR CONTEXT QUESTION REPLIES, the replies as a JSON list in the order of the calls.
"""

import json
import sys

import rlm.core.rlm as core
from rlm.clients.base_lm import BaseLM
from rlm.core.types import ModelUsageSummary, UsageSummary
from rlm.logger import RLMLogger


class Scripted(BaseLM):
    def __init__(self, replies):
        super().__init__(model_name="scripted")
        self.replies = iter(replies)

    def completion(self, prompt):
        return next(self.replies)

    async def acompletion(self, prompt):
        return self.completion(prompt)

    def get_usage_summary(self):
        return UsageSummary({"scripted": self.get_last_usage()})

    def get_last_usage(self):
        return ModelUsageSummary(1, 30, 4, 0.0)


log_dir, context, question, replies = sys.argv[1:]
client = Scripted(json.loads(replies))
core.get_client = lambda backend, kwargs: client
model = core.RLM(backend="openai", backend_kwargs={"model_name": "scripted"}, logger=RLMLogger(log_dir=log_dir))
print(model.completion(context, root_prompt=question).response)
