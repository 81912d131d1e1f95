#!/usr/bin/env python3
"""Takes pictures of `rlm` in a real terminal: docs/pictures/terminal-NAME.svg.

    cargo build -p rlm-cli && python3 docs/pictures/terminal.py target/debug/rlm

Runs the binary in tmux against a scripted model with delays, and draws the captured screens as SVG.
Needs tmux. With `--text`, prints the screens instead. With `--check`, compares their words with those
of the pictures, and fails if they differ.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from html import escape, unescape
from pathlib import Path

FOLDER = Path(__file__).parent
QUESTION = "What caused the incidents, and who was on call?"
FENCE = "```"
# Name, columns, lines, command, and what happens before the picture: keys, or seconds to wait.
RUN = f'rlm run "{QUESTION}" incidents.md -m fake:model.json --concurrency 4 --price fake:model.json=20,2,80 --max-cost 1'
SCENES = [
    ("live-line", 80, 24, RUN, [11.5]),
    ("answer", 80, 40, f"{RUN} --progress none", [24]),
    ("steps", 120, 50, f"{RUN} -v", [24]),
    ("tui-80x24", 80, 24, f"{RUN} --tui", [11.5]),
    ("tui-160x50", 160, 50, f"{RUN} --tui", [11.5]),
    ("trace", 120, 50, f"{RUN} --progress none > /dev/null 2>&1; clear; rlm trace last", [26]),
]

COLORS = ["#1b1e24", "#e06c75", "#98c379", "#d7a65f", "#5a8fdc", "#c678dd", "#56b6c2", "#c8ccd4"]
BRIGHT = ["#7f8794", "#ff7b86", "#b5e890", "#f0c674", "#82aaff", "#d8a0ef", "#7fdbe0", "#ffffff"]
GROUND, TEXT = "#1b1e24", "#c8ccd4"
CELL, LINE = 8.4, 18
# The share of a screen's words that may differ from its picture.
TOLERANCE = 0.15


def example(folder):
    """Writes the context and the script of the model."""
    sections = [
        f"## Incident {i}\nOn day {i} the database was slow for {i * 3} minutes between noon and one.\n"
        f"On call: {'Tomas' if i % 3 else 'Ines'}.\nCause: {'a full disk' if i % 2 else 'a long query'}.\n"
        for i in range(1, 31)
    ]
    (folder / "incidents.md").write_text("# Incidents\n\n" + "\n".join(sections))
    programs = [
        "print(len(context))\nprint(context[:200])",
        "parts = context.split('## Incident ')[1:]\n"
        "prompts = ['What was the cause of this incident, and who was on call?\\n\\n' + part for part in parts]\n"
        "answers = llm_batch(prompts)\nfor answer in answers:\n    print(answer)",
        "table = '## Summary\\n\\nThe database was slow in **30 incidents**, half of them because of a *full disk*.\\n\\n"
        "| who | incidents | longest |\\n|---|---:|---:|\\n| **Tomas** | 20 | 87 min |\\n| Ines | 10 | 90 min |\\n\\n'\n"
        "FINAL(table + '\\n'.join('- ' + part.split('\\n')[1] for part in parts[:7]))",
    ]
    script = [{"reply": f"{FENCE}python\n{text}\n{FENCE}", "delay_ms": 2_000} for text in programs]
    rules = [
        {
            "match": f"day {i} the database",
            "reply": f"{'a full disk' if i % 2 else 'a long query'}; on call: {'Tomas' if i % 3 else 'Ines'}",
            "delay_ms": 600 + i * 397 % 2_400,
        }
        for i in range(1, 31)
    ]
    (folder / "model.json").write_text(json.dumps({"script": script, "rules": rules, "default_reply": "?"}))


def capture(binary, scene):
    """Runs a scene and returns the lines of the screen, with their escape sequences."""
    name, columns, lines, command, steps = scene
    socket = f"pictures-{os.getpid()}-{name}"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        example(folder)
        (folder / "scene.sh").write_text(f'rlm() {{ "{binary}" "$@"; }}\n{command}\nread -r _\n')
        environment = {
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "RLM_DATA_DIR": str(folder / "data"),
            "RLM_CACHE": "off",
            "RLM_CONFIG": str(folder / "none.toml"),
        }
        tmux = ["tmux", "-u", "-L", socket]
        start = ["-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines), "sh", "scene.sh"]
        subprocess.run(tmux + start, cwd=folder, env=environment, check=True)
        try:
            for step in steps:
                if isinstance(step, str):
                    subprocess.run(tmux + ["send-keys", step], check=True)
                else:
                    time.sleep(step)
            shown = subprocess.run(tmux + ["capture-pane", "-ep"], check=True, capture_output=True, text=True)
            return shown.stdout.rstrip("\n").split("\n")
        finally:
            subprocess.run(tmux + ["kill-server"], check=False)


def cells(line, style):
    """Yields each character of a line with its style. `style` goes on in the next line."""
    at = 0
    while at < len(line):
        if line[at] != "\x1b":
            yield line[at], dict(style)
            at += 1
            continue
        end = next((i for i in range(at + 2, len(line)) if line[i].isalpha()), len(line) - 1)
        if line[end] == "m":
            restyle(style, [int(code or 0) for code in line[at + 2 : end].split(";")])
        at = end + 1


def restyle(style, codes):
    on = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse", 9: "strike"}
    off = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("reverse",), 29: ("strike",), 39: ("fg",), 49: ("bg",)}
    codes = iter(codes)
    for code in codes:
        if code in (38, 48):
            # An indexed colour: 38;5;N.
            next(codes, None)
            index = next(codes, 0)
            style["fg" if code == 38 else "bg"] = (COLORS + BRIGHT)[index] if index < 16 else TEXT
        elif code == 0:
            style.clear()
        elif code in on:
            style[on[code]] = True
        elif code in off:
            for key in off[code]:
                style.pop(key, None)
        elif 30 <= code < 38 or 90 <= code < 98:
            style["fg"] = COLORS[code - 30] if code < 90 else BRIGHT[code - 90]
        elif 40 <= code < 48 or 100 <= code < 108:
            style["bg"] = COLORS[code - 40] if code < 100 else BRIGHT[code - 100]


def svg(lines, columns):
    """Draws lines with escape sequences as an SVG image."""
    width, height = columns * CELL + 24, len(lines) * LINE + 24
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14">',
        f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>',
    ]
    style = {}
    for row, line in enumerate(lines):
        column, runs = 0, []
        for char, look in cells(line, style):
            wide = 2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1
            if runs and runs[-1][2] == look:
                runs[-1][1] += char
                runs[-1][3] += wide
            else:
                runs.append([column, char, look, wide])
            column += wide
        for column, text, look, wide in runs:
            fg, bg = look.get("fg", TEXT), look.get("bg")
            if look.get("reverse"):
                fg, bg = bg or GROUND, fg
            x, y = 12 + column * CELL, 12 + row * LINE
            if bg:
                out.append(f'<rect x="{x:g}" y="{y:g}" width="{wide * CELL:g}" height="{LINE}" fill="{bg}"/>')
            if text.strip():
                marks = "".join(
                    mark
                    for key, mark in [
                        ("bold", ' font-weight="bold"'),
                        ("italic", ' font-style="italic"'),
                        ("dim", ' opacity="0.6"'),
                        ("underline", ' text-decoration="underline"'),
                        ("strike", ' text-decoration="line-through"'),
                    ]
                    if look.get(key)
                )
                out.append(
                    f'<text x="{x:g}" y="{y + 13.5:g}" fill="{fg}"{marks} textLength="{wide * CELL:g}" '
                    f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{escape(text)}</text>'
                )
    return "\n".join(out + ["</svg>\n"])


def words(picture):
    """Returns the words in a picture. Numbers and ids depend on the moment when it was taken."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    return set(re.findall(r"[^\W\d_]{3,}", unescape(" ".join(texts))))


def is_stale(name, picture):
    """Compares a picture with the stored one, and says which words differ in more than a few."""
    stored, now = words((FOLDER / f"terminal-{name}.svg").read_text()), words(picture)
    gone, new = stored - now, now - stored
    # A screen in the middle of a run shows other calls at another moment.
    stale = len(gone | new) > max(3, len(stored | now) * TOLERANCE)
    if stale:
        print(f"terminal-{name}.svg is stale (take it with `just pictures`): - {sorted(gone)} + {sorted(new)}")
    return stale


def main():
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    binary = Path(arguments[0]).resolve()
    scenes = [scene for scene in SCENES if not arguments[1:] or scene[0] in arguments[1:]]
    with ThreadPoolExecutor() as pool:
        screens = list(pool.map(lambda scene: capture(binary, scene), scenes))
    stale = False
    for (name, columns, *_), lines in zip(scenes, screens):
        picture = svg(lines, columns)
        if "--text" in sys.argv:
            print(f"== {name}", *lines, sep="\n")
        elif "--check" in sys.argv:
            stale |= is_stale(name, picture)
        else:
            (FOLDER / f"terminal-{name}.svg").write_text(picture)
    sys.exit(stale)


if __name__ == "__main__":
    main()
