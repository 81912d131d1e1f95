texts = ["plain", "quote\" back\\ slash/", "tab\t nl\n cr\r bs\b ff\f nul\0 del\x7f", "é ß 漢字 \U0001f600 \u2028", "</script>", ""]
for text in texts:
    written, wide = json.dumps(text), json.dumps(text, ensure_ascii=False)
    print(written, wide == repr(text), json.loads(written) == text == json.loads(wide))
print(json.loads('"\\u00e9\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\\"\\\\"') == 'é\U0001f600/\b\f\n\r\t"\\', len(json.loads('"\\u0041\\u00DF"')))
for bad in ['"\\x41"', '"\\u12G4"', '"\\u123"', '"a\nb"', '"\t"', "'a'", '"abc', '"abc\\', '"\\', '"']:
    try:
        print(json.loads(bad))
    except json.JSONDecodeError as e:
        print(repr(bad), e)
print(repr(json.loads('"a\tb\nc"', strict=False)))
