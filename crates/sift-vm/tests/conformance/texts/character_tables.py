import unicodedata

blocks = [(0, 0x250), (0x2B0, 0x530), (0x5D0, 0x5EB), (0x620, 0x700), (0x900, 0x980), (0x1E00, 0x1FFF), (0x2000, 0x2060), (0x2100, 0x226D), (0x226E, 0x2400), (0x2440, 0x2630), (0x2690, 0x27C0), (0x3041, 0x3100), (0x4E00, 0x4E80), (0xAC00, 0xAC40), (0xFB00, 0xFB07), (0xFF01, 0xFFDD), (0x1D400, 0x1D4C0), (0x1F300, 0x1F600)]
for first, end in blocks:
    line = [hex(first)]
    for kind in (unicodedata.category, unicodedata.bidirectional, unicodedata.east_asian_width, unicodedata.combining, unicodedata.mirrored):
        checksum = 0
        for code in range(first, end):
            for char in str(kind(chr(code))):
                checksum = (checksum * 131 + ord(char)) % 1_000_003
        line.append(checksum)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        text = unicodedata.normalize(form, "".join(map(chr, range(first, end))))
        line.append((len(text), sum(ord(char) * place for place, char in enumerate(text, 1)) % 1_000_003))
    chars = [chr(code) for code in range(first, end)]
    line.append(sum(len(unicodedata.name(char, "?")) for char in chars))
    line.append(round(sum(unicodedata.numeric(char, 0) for char in chars), 6))
    line.append(sum(unicodedata.digit(char, 0) + unicodedata.decimal(char, 0) for char in chars))
    print(*line)
