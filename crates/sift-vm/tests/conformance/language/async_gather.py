import asyncio


async def count(text, word):
    await asyncio.sleep(0)
    return word, text.lower().split().count(word)


async def main():
    text = "The cat saw the dog and the bird"
    pairs = await asyncio.gather(*[count(text, word) for word in ("the", "cat", "fish")])
    first = asyncio.create_task(count(text, "dog"))
    second = asyncio.ensure_future(count(text, "bird"))
    third = await asyncio.wait_for(count(text, "and"), timeout=5)
    late = await asyncio.to_thread(sorted, text.split(), key=str.lower)
    done = [await each for each in asyncio.as_completed([count(text, "saw")])]
    print(pairs, await first, await second, third, late[:3], done, await asyncio.sleep(0, "slept"))
    return dict(pairs)


print(asyncio.run(main()))


async def wrong(call, *args, **kwargs):
    try:
        await call(*args, **kwargs)
    except TypeError as e:
        print(e)


async def errors():
    await wrong(asyncio.sleep)
    await wrong(asyncio.sleep, 0, 1, 2)
    await wrong(asyncio.wait_for)
    await wrong(asyncio.to_thread)
    await wrong(asyncio.create_task)
    await wrong(asyncio.ensure_future)
    await wrong(asyncio.gather, results=True)
    await wrong(asyncio.as_completed)


asyncio.run(errors())
try:
    asyncio.run()
except TypeError as e:
    print(e)
