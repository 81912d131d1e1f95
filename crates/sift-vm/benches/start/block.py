# Groups complaints by product and month, asks about the largest groups, and answers.
pattern = re.compile(r"^(\d{4})-(\d{2})-\d{2}\s+\[(\w+)\]\s+(.*)$")
groups, skipped = {}, 0
for number, line in enumerate(context.splitlines(), start=1):
    found = pattern.match(line.strip())
    if not found or len(found.group(4)) < 10:
        skipped += 1
        continue
    year, month, product, text = found.groups()
    key = (product.lower(), f"{year}-{month}")
    groups.setdefault(key, []).append({"line": number, "text": text, "words": len(text.split())})
print(f"{len(groups)} groups, {skipped} lines skipped ({skipped / max(1, number):.1%})")

def summary(rows, most=5):
    longest = sorted(rows, key=lambda row: (-row["words"], row["line"]))[:most]
    return "\n".join(f"- line {row['line']}: {row['text'][:200]}" for row in longest)

def share(part, whole):
    return round(100 * part / whole, 1) if whole else 0.0

sizes = {key: len(rows) for key, rows in groups.items()}
largest = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:10]
prompts, total = [], sum(sizes.values())
for (product, month), size in largest:
    rows = groups[(product, month)]
    prompt = f"Product {product}, {month}: {size} complaints, {share(size, total)} % of all.\n"
    prompt += "What do most of them have in common? One sentence.\n" + summary(rows, most=8)
    prompts.append(prompt)
replies = [llm_query(prompt) for prompt in prompts]
lines, seen = [], set()
for ((product, month), size), reply in zip(largest, replies):
    reply = reply.strip().split("\n")[0] or "nothing"
    if reply in seen and size < 3:
        continue
    seen.add(reply)
    lines.append(f"{product:<12} {month} {size:>5}  {reply[:80]}")
average = sum(row["words"] for rows in groups.values() for row in rows) / max(total, 1)
lines.append(f"average length: {average:.2f} words; products: {', '.join(sorted({key[0] for key in groups}))}")
report = {"lines": lines, "skipped": skipped, "months": sorted({key[1] for key in groups}, reverse=True)}
print(json.dumps(report, indent=2)[:400])
answer["content"], answer["ready"] = "\n".join(report["lines"]), bool(lines)
