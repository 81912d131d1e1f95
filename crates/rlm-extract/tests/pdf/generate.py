"""Generates the PDF documents of the tests, and next to each a file with the words that pdftotext finds in it.

Needs Python with reportlab and pillow, and pdftotext (poppler-utils; the stored words are from 22.12.0). Run it in this folder:

    python3 generate.py
"""

import random
import subprocess
from pathlib import Path

from reportlab.lib import colors, pdfencrypt
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate, Frame, FrameBreak, PageTemplate, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle,
)
import reportlab

HERE = Path(__file__).parent
WIDTH, HEIGHT = A4
FONTS = Path(reportlab.__file__).parent / "fonts"
pdfmetrics.registerFont(TTFont("Vera", FONTS / "Vera.ttf"))
for name in ("STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium"):
    pdfmetrics.registerFont(UnicodeCIDFont(name))

WORDS = (
    "the ledger of the harbour lists every ship that came in during the winter with its cargo and the names of those who "
    "paid the duty on salt timber wool copper and oil while the clerk of the northern quay kept a second book in which "
    "losses delays and disputes were entered week by week without comment until the spring audit found them"
).split()


def prose(seed, words):
    chosen = random.Random(seed)
    sentences = []
    while words > 0:
        length = min(words, chosen.randint(6, 14))
        sentence = [chosen.choice(WORDS) for _ in range(length)]
        sentences.append(" ".join(sentence).capitalize() + f" {chosen.randint(100, 999)}.")
        words -= length
    return " ".join(sentences)


def style(**given):
    return ParagraphStyle("text", **{"fontName": "Helvetica", "fontSize": 10, "leading": 12.5, **given})


def canvas(name, **given):
    return Canvas(str(HERE / f"{name}.pdf"), pagesize=A4, invariant=1, **given)


def flowing(name, story, **given):
    SimpleDocTemplate(str(HERE / f"{name}.pdf"), pagesize=A4, invariant=1, **given).build(story)


def lines(page, text, x, y, width=86, leading=13):
    words, line = text.split(), ""
    for word in words:
        if len(line) + len(word) > width:
            page.drawString(x, y, line.strip())
            y -= leading
            line = ""
        line += word + " "
    page.drawString(x, y, line.strip())
    return y - leading


def plain():
    flowing("plain", [Paragraph("Harbour ledger", style(fontSize=18, leading=24))]
            + [part for seed in range(12) for part in (Paragraph(prose(seed, 90), style()), Spacer(1, 8))])


def columns(name, count):
    gap = 18
    width = (WIDTH - 100 - gap * (count - 1)) / count
    frames = [Frame(50 + index * (width + gap), 60, width, HEIGHT - 130, leftPadding=0, rightPadding=0) for index in range(count)]
    document = BaseDocTemplate(str(HERE / f"{name}.pdf"), pagesize=A4, invariant=1)

    def head(page, _):
        page.setFont("Helvetica-Bold", 14)
        page.drawString(50, HEIGHT - 45, "The Northern Quay Gazette, number 7")

    document.addPageTemplates([PageTemplate(frames=frames, onPage=head)])
    story = []
    for seed in range(count * 3):
        story += [Paragraph(prose(seed + 50, 120), style(fontSize=9, leading=11, alignment=TA_JUSTIFY)), Spacer(1, 7)]
    document.build(story)


def ligatures():
    page = canvas("ligatures")
    page.setFont("Vera", 11)
    text = "The oﬃcer ﬁled the ﬂoating stock of aﬀairs, and the ﬁnal eﬄuent ﬂow was ﬁxed at the oﬃce. "
    lines(page, text * 6, 60, HEIGHT - 80, 80)
    page.save()


def cjk():
    page = canvas("cjk")
    y = HEIGHT - 80
    for font, text in (
        ("STSong-Light", "北码头的账簿记录了冬天进港的每一艘船及其货物。"),
        ("HeiseiMin-W3", "港の台帳には冬に入港したすべての船とその積荷が記されている。"),
        ("HYSMyeongJo-Medium", "항구 장부에는 겨울에 들어온 모든 배와 그 화물이 적혀 있다."),
    ):
        page.setFont(font, 12)
        for _ in range(4):
            page.drawString(60, y, text)
            y -= 20
    page.save()


def greek_cyrillic():
    page = canvas("scripts")
    page.setFont("Vera", 11)
    y = HEIGHT - 80
    for text in ("Größe, Überfluß, façade, naïve, Ærø, señor, Škoda, Łódź, œuvre",
                 "The duty was 3½ % of £1,200 — “paid” in full…"):
        for _ in range(4):
            page.drawString(60, y, text)
            y -= 18
    page.save()


def rotated_page():
    page = canvas("rotated-page")
    page.setPageRotation(90)
    page.translate(WIDTH, 0)
    page.rotate(90)
    page.setFont("Helvetica", 11)
    lines(page, prose(3, 220), 60, WIDTH - 70, 110)
    page.save()


def rotated_text():
    page = canvas("rotated-text")
    page.setFont("Helvetica", 11)
    lines(page, prose(4, 160), 110, HEIGHT - 80, 76)
    page.saveState()
    page.translate(60, 200)
    page.rotate(90)
    page.drawString(0, 0, "Margin note written upwards along the edge of the page")
    page.restoreState()
    page.saveState()
    page.translate(300, 300)
    page.rotate(35)
    page.setFont("Helvetica-Bold", 40)
    page.drawString(0, 0, "DRAFT COPY")
    page.restoreState()
    page.save()


def picture():
    chosen = random.Random(9)
    from PIL import Image
    image = Image.new("L", (60, 84))
    image.putdata([chosen.choice((235, 250, 255)) for _ in range(60 * 84)])
    return ImageReader(image)


def scanned():
    page = canvas("scanned")
    for _ in range(3):
        page.drawImage(picture(), 0, 0, WIDTH, HEIGHT)
        page.showPage()
    page.save()


def stamped():
    page = canvas("stamped")
    for number in range(3):
        page.drawImage(picture(), 0, 0, WIDTH, HEIGHT)
        page.setFont("Helvetica", 8)
        page.drawString(20, 20, f"SCAN {number}")
        page.showPage()
    page.save()


def recognised():
    page = canvas("recognised")
    page.drawImage(picture(), 0, 0, WIDTH, HEIGHT)
    text = page.beginText(60, HEIGHT - 80)
    text.setFont("Helvetica", 11)
    text.setTextRenderMode(3)
    for index in range(20):
        text.textLine(prose(index + 200, 9))
    page.drawText(text)
    page.save()


def encrypted(name, user):
    lock = pdfencrypt.StandardEncryption(user, ownerPassword="owner", canPrint=0, strength=128)
    page = canvas(name, encrypt=lock)
    page.setFont("Helvetica", 11)
    lines(page, prose(5, 150), 60, HEIGHT - 80)
    page.save()


def table():
    rows = [["Ship", "Cargo", "Tons", "Duty paid"]]
    chosen = random.Random(11)
    for index in range(24):
        rows.append([f"Vessel {index}", chosen.choice(["salt", "timber", "wool", "copper"]), str(chosen.randint(10, 900)),
                     f"{chosen.randint(1, 99)}.{chosen.randint(10, 99)}"])
    grid = Table(rows, colWidths=[120, 100, 80, 100])
    grid.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("ALIGN", (2, 0), (-1, -1), "RIGHT")]))
    flowing("table", [Paragraph("Duties by ship", style(fontSize=14, leading=20)), grid])


def nested_table():
    def inner(seed):
        chosen = random.Random(seed)
        grid = Table([[f"item {seed}{index}", str(chosen.randint(100, 999))] for index in range(3)], colWidths=[70, 50])
        grid.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 0.3, colors.grey)]))
        return grid
    rows = [["Quay", "Inventory", "Remark"]]
    for index in range(5):
        rows.append([f"Quay {index}", inner(index), Paragraph(prose(index + 30, 14), style(fontSize=8, leading=9.5))])
    grid = Table(rows, colWidths=[70, 150, 220])
    grid.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    flowing("nested-table", [grid])


def spaced():
    page = canvas("spaced")
    text = page.beginText(60, HEIGHT - 80)
    text.setFont("Times-Roman", 11)
    for index in range(20):
        text.setCharSpace(0.4 * (index % 3))
        text.setWordSpace(0.8 * (index % 4))
        text.textLine(prose(index + 300, 9))
    page.drawText(text)
    page.save()


def moved():
    """Places each word separately, without spaces between them, as many programs do."""
    page = canvas("moved")
    page.setFont("Helvetica", 11)
    y = HEIGHT - 80
    for index in range(20):
        x = 60
        for word in prose(index + 400, 9).split():
            page.drawString(x, y, word)
            x += page.stringWidth(word, "Helvetica", 11) + 3
        y -= 15
    page.save()


def bold():
    page = canvas("bold")
    page.setFont("Helvetica", 12)
    for index in range(12):
        for shift in (0, 0.4):
            page.drawString(60 + shift, HEIGHT - 80 - 20 * index, prose(index + 500, 8))
    page.save()


def stroked():
    page = canvas("stroked")
    text = page.beginText(60, HEIGHT - 80)
    text.setFont("Helvetica", 14)
    text.setTextRenderMode(2)
    for index in range(12):
        text.textLine(prose(index + 600, 7))
    page.drawText(text)
    page.save()


def form():
    page = canvas("form")
    page.beginForm("stamp")
    page.setFont("Helvetica", 10)
    page.drawString(0, 0, "Received at the northern quay office")
    page.endForm()
    for index in range(4):
        page.saveState()
        page.translate(60, 200 + 60 * index)
        page.doForm("stamp")
        page.restoreState()
    page.setFont("Helvetica", 11)
    lines(page, prose(6, 150), 60, HEIGHT - 80)
    page.save()


def pages():
    page = canvas("pages")
    for number in range(1, 6):
        page.setFont("Helvetica", 9)
        page.drawString(60, HEIGHT - 40, "Report on the winter trade")
        page.drawRightString(WIDTH - 60, 30, f"page {number} of 5")
        page.setFont("Helvetica", 11)
        lines(page, prose(number + 700, 180), 60, HEIGHT - 80)
        page.showPage()
    page.save()


def footnotes():
    mark = "<super rise='4' size='7'>{}</super>"
    story = [Paragraph(prose(index + 800, 30) + mark.format(index + 1) + " " + prose(index + 820, 12), style()) for index in range(6)]
    flowing("footnotes", story + [Paragraph(f"{index + 1} {prose(index + 850, 8)}", style(fontSize=8)) for index in range(6)])


def code():
    page = canvas("code")
    page.setFont("Courier", 10)
    y = HEIGHT - 80
    for line in ("def total(rows):", "    total = 0", "    for row in rows:", "        total += row['duty']", "    return total") * 5:
        page.drawString(60, y, line)
        y -= 13
    page.save()


def main():
    plain()
    columns("two-columns", 2)
    columns("three-columns", 3)
    ligatures()
    cjk()
    greek_cyrillic()
    rotated_page()
    rotated_text()
    scanned()
    stamped()
    recognised()
    encrypted("locked", "secret")
    encrypted("protected", "")
    table()
    nested_table()
    spaced()
    moved()
    bold()
    stroked()
    form()
    pages()
    footnotes()
    code()
    for document in sorted(HERE.glob("*.pdf")):
        found = subprocess.run(["pdftotext", "-enc", "UTF-8", document, "-"], capture_output=True, text=True)
        words = found.stdout.split() if found.returncode == 0 else []
        document.with_suffix(".words").write_text("\n".join(words) + "\n" if words else "", encoding="utf-8")


if __name__ == "__main__":
    main()
