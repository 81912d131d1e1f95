import asyncio


async def shout(word):
    await asyncio.sleep(0.0)
    return word.upper() + "!"


async def collect(words):
    tasks = {word: asyncio.create_task(shout(word)) for word in words}
    shouted = [await task for task in tasks.values()]
    both = await asyncio.gather(shout("x"), asyncio.sleep(0, "y"), return_exceptions=True)
    none = await asyncio.gather()
    return shouted, both, none


async def nested():
    async def inner(n):
        return n if n < 2 else await inner(n - 1) + await inner(n - 2)

    return [await inner(n) for n in range(8)]


async def safe(n):
    try:
        return 10 // await asyncio.sleep(0, n)
    except ZeroDivisionError as e:
        return str(e)
    finally:
        print("done", n)


print(asyncio.run(collect(["a", "b"])))
print(asyncio.run(nested()))
print(asyncio.run(safe(0)), asyncio.run(safe(3)))
print(asyncio.run(asyncio.wait_for(shout("late"), timeout=None)), asyncio.run(asyncio.to_thread(divmod, 7, 2)) if False else "")


async def rest():
    a = asyncio.ensure_future(shout("f"))
    b = await asyncio.to_thread("{}-{k}".format, 1, k=2)
    c = [await x for x in asyncio.as_completed([shout("q")])]
    return await a, b, c


print(asyncio.run(rest()))
