replies = ["Answer: (B)", "The answer is C.", "**D**", "I think A or B", "answer - e", "Final answer:\n\n 42 ", "", "Score: 7/10 and Score: 9/10"]
for reply in replies:
    label = re.search(r"(?i)answer\s*(?:is|:|-)?\s*\(?([a-e])\)?\b", reply) or re.search(r"\*\*([A-E])\*\*", reply)
    number = re.search(r"-?\d+(?:\.\d+)?", reply)
    scores = [int(a) / int(b) for a, b in re.findall(r"Score:\s*(\d+)/(\d+)", reply)]
    print(repr(reply), label.group(1).upper() if label else None, float(number[0]) if number else None, scores)
fenced = "Sure:\n```json\n{\"a\": 1}\n```\nand\n```\nplain\n```"
print(re.findall(r"```(\w*)\n(.*?)```", fenced, re.S), re.sub(r"```.*?```", "[code]", fenced, flags=re.DOTALL))
print([int(n) for n in re.findall(r"(?m)^\s*(\d+)[.)]\s", "1. a\n 2) b\n3 c\n10. d")], re.findall(r"(?m)^[-*] (.+)$", "- x\n* y\nz"))
print(re.search(r"(?is)<answer>(.*?)</answer>", "<ANSWER>\n yes\n</Answer>").group(1).strip(), re.search("(?s)BEGIN(.*)END", "BEGIN a END b END")[1])
