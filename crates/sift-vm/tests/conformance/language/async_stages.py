import asyncio
import re

documents = ["Ann paid 12 to Bob.", "Bob paid 7 to Cy.", "nothing here", "Cy paid x to Ann."]


async def extract(number, text):
    found = re.search(r"(\w+) paid (\d+) to (\w+)", text)
    if not found:
        raise ValueError(f"document {number}: {text!r}")
    return found[1], int(found[2]), found[3]


async def attempt(number, text):
    try:
        return await asyncio.wait_for(extract(number, text), 1)
    except ValueError as e:
        return str(e)


async def main():
    tasks = [asyncio.create_task(attempt(n, text)) for n, text in enumerate(documents)]
    results = await asyncio.gather(*tasks)
    balance = {}
    for result in results:
        if isinstance(result, str):
            print("failed", result)
            continue
        payer, amount, payee = result
        balance[payer] = balance.get(payer, 0) - amount
        balance[payee] = balance.get(payee, 0) + amount
    total = 0
    for each in asyncio.as_completed([asyncio.sleep(0, n) for n in (1, 2, 3)]):
        total += await each
    longest = await asyncio.to_thread(max, documents, key=len)
    return balance, total, longest, await asyncio.ensure_future(asyncio.sleep(0, result="end"))


print(asyncio.run(main()))
