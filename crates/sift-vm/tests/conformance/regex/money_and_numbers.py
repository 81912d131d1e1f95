text = "Revenue was $1,234,567.89 (up 12.5%), costs €987.654,32; net -3.2e5 and +7, .5 or 0x1F; 10-20 items."
print(re.findall(r"\$[\d,]+(?:\.\d\d)?", text), re.findall(r"\d+(?:\.\d+)?%", text))
print(re.findall(r"[-+]?(?:\d+\.\d+|\.\d+|\d+)(?:[eE][-+]?\d+)?", text))
amount = re.search(r"\$([\d,]+\.\d\d)", text).group(1)
print(float(amount.replace(",", "")), re.sub(r"(?<=\d),(?=\d{3})", "", text)[:30])
print(re.search(r"(\d+)-(\d+) items", text).groups(), int(re.search(r"0x([0-9A-F]+)", text)[1], 16))
def comma(number):
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", str(number))
print([comma(n) for n in [1, 12, 123, 1234, 1234567, -98765432]])
print(re.subn(r"\d", "#", text)[1], re.findall(r"\b\d{2}\b", text))
