"""Tests of the queue with a clock that stands still."""

import random

import pytest

from ferrywright import (
    DeliveryError,
    DuplicateJob,
    LeaseLost,
    MemoryStorage,
    PermanentFailure,
    Queue,
    RetryPolicy,
    SqliteStorage,
)


class Clock:
    """Time passes only when a test says so."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def queue(request, clock, tmp_path):
    if request.param == "memory":
        storage = MemoryStorage()
    else:
        storage = SqliteStorage(str(tmp_path / "jobs.db"))
    return Queue(storage, lease=60.0, clock=clock)


def test_urgent_jobs_overtake(queue):
    slow = queue.put("report", {}, priority=20)
    fast = queue.put("alarm", {}, priority=0)
    assert queue.take("a").id == fast.id
    assert queue.take("a").id == slow.id
    assert queue.take("a") is None


def test_a_delayed_job_is_not_handed_out_early(queue, clock):
    queue.put("reminder", {}, delay=30.0)
    assert queue.take("a") is None
    clock.now += 31.0
    assert queue.take("a") is not None


def test_the_same_key_gives_the_same_job(queue):
    first = queue.put("sync", {"n": 1}, key="auto")
    second = queue.put("sync", {"n": 1}, key="auto")
    assert first.id == second.id
    with pytest.raises(DuplicateJob):
        queue.put("sync", {"n": 1}, key="auto", on_duplicate="raise")


def test_a_key_is_free_again_when_the_job_is_done(queue):
    first = queue.put("sync", {}, key="nightly")
    queue.finish(queue.take("a"), "a")
    assert queue.put("sync", {}, key="nightly").id != first.id


def test_a_slow_worker_loses_its_job(queue, clock):
    queue.put("render", {})
    job = queue.take("slow")
    clock.now += 61.0
    assert queue.reap() == 1
    again = queue.take("fast")
    assert again.id == job.id
    with pytest.raises(LeaseLost):
        queue.finish(job, "slow")
    queue.finish(again, "fast")


def test_a_permanent_failure_is_buried_at_once(queue):
    queue.put("mail", {})
    job = queue.fail(queue.take("a"), "a", PermanentFailure("no such address"))
    assert job.state == "buried"
    assert queue.dig_up(job.id).attempts == 0


def test_a_client_error_is_final_but_too_many_requests_is_not():
    policy = RetryPolicy()
    assert not policy.decide(DeliveryError("gone", 410), 1).again
    assert policy.decide(DeliveryError("slow down", 429), 1).again


def test_retry_after_outweighs_the_ceiling():
    policy = RetryPolicy(ceiling=10.0)
    decision = policy.decide(DeliveryError("closed", 503, retry_after=7200.0), 3)
    assert decision.delay == 7200.0


def test_jitter_stays_within_its_share():
    policy = RetryPolicy(base=10.0, factor=1.0, jitter=0.2)
    rng = random.Random(7)
    for _ in range(200):
        delay = policy.decide(RuntimeError("x"), 1, rng).delay
        assert 8.0 <= delay <= 12.0
