//! Presentations, texts of `LibreOffice` and e-books.
#![cfg(all(feature = "pptx", feature = "odf", feature = "epub"))]
use insta::assert_snapshot;
use rlm_extract::{ExtractError, Format, Limits, extract};

use crate::damage::every_damage_is_an_error;
use crate::support::{labelled, read, zipped};

fn slide(shapes: &str) -> String {
    format!(
        r#"<p:sld xmlns:a="a" xmlns:p="p" xmlns:r="r"><p:cSld><p:spTree><p:nvGrpSpPr/>{shapes}</p:spTree></p:cSld></p:sld>"#
    )
}

fn shape(placeholder: &str, lines: &[&str]) -> String {
    let lines: String = lines
        .iter()
        .map(|line| format!("<a:p><a:r><a:t>{line}</a:t></a:r></a:p>"))
        .collect();
    format!("<p:sp><p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:txBody>{lines}</p:txBody></p:sp>")
}

fn pptx() -> Vec<u8> {
    let first = slide(
        &[
            shape(r#"<p:ph type="ctrTitle"/>"#, &["The roof &amp; the steps"]),
            shape(r#"<p:ph type="subTitle"/>"#, &["Council meeting"]),
            shape(r#"<p:ph type="sldNum"/>"#, &["1"]),
        ]
        .concat(),
    );
    let table = r#"<p:graphicFrame><a:graphic><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Part</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>Euros</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphic></p:graphicFrame>"#;
    let second = slide(&(shape(r#"<p:ph type="title"/>"#, &["Costs"]) + table));
    let notes = slide(
        &(shape(r#"<p:ph type="sldImg"/>"#, &["x"]) + &shape(r#"<p:ph type="body"/>"#, &["Say that it rains in."])),
    );
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "ppt/presentation.xml",
            // The order of this list counts, not that of the names.
            r#"<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="rId7"/><p:sldId id="257" r:id="rId2"/></p:sldIdLst></p:presentation>"#,
        ),
        (
            "ppt/_rels/presentation.xml.rels",
            r#"<Relationships><Relationship Id="rId2" Type="t/slide" Target="slides/slide1.xml"/><Relationship Id="rId7" Type="t/slide" Target="/ppt/slides/slide2.xml"/></Relationships>"#,
        ),
        ("ppt/slides/slide2.xml", &first),
        ("ppt/slides/slide1.xml", &second),
        (
            "ppt/slides/_rels/slide1.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="http://x/notesSlide" Target="../notesSlides/notesSlide1.xml"/></Relationships>"#,
        ),
        ("ppt/notesSlides/notesSlide1.xml", &notes),
    ])
}

#[test]
fn pptx_slides_are_in_order_with_their_notes() {
    assert_snapshot!(labelled(&read(Format::Pptx, pptx())), @r"
    «slide 1»# The roof & the steps
    Council meeting

    ␌
    «slide 2»# Costs
    | Part | Euros |

    Notes:
    Say that it rains in.
    ");
    assert_eq!(Format::of_bytes(&pptx()), Some(Format::Pptx));
    every_damage_is_an_error(Format::Pptx, &pptx());
}

fn odf(kind: &str, content: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="ta" xmlns:draw="d" xmlns:presentation="p"><office:body>{content}</office:body></office:document-content>"#
    );
    zipped(&[
        ("mimetype", &format!("application/vnd.oasis.opendocument.{kind}")),
        ("content.xml", &content),
        ("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest=\"m\"/>"),
    ])
}

fn odt() -> Vec<u8> {
    odf(
        "text",
        r#"<office:text><text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>
<text:h text:outline-level="2">Rates &amp; duties</text:h>
<text:p>One <text:span>bold</text:span> word<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note>,<text:line-break/>two<text:s text:c="3"/>spaces.</text:p>
<text:list><text:list-item><text:p>an item</text:p><text:list><text:list-item><text:p>within</text:p></text:list-item></text:list></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell><table:table-cell><text:p>Sum</text:p><text:p>due</text:p></table:table-cell></table:table-row></table:table>
<text:p>The end.</text:p></office:text>"#,
    )
}

#[test]
fn odt_is_extracted_as_text() {
    assert_snapshot!(labelled(&read(Format::Odt, odt())), @r"
    ## Rates & duties

    One bold word [A note.],
    two   spaces.

    - an item
      - within
    | Name | Sum due |

    The end.
    ");
    every_damage_is_an_error(Format::Odt, &odt());
}

#[test]
fn odp_slides_have_their_notes() {
    let odp = odf(
        "presentation",
        r#"<office:presentation><draw:page draw:name="page1"><draw:frame><draw:text-box><text:p>The roof</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>Say more.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>
<draw:page draw:name="page2"><draw:frame><draw:text-box><text:p>The steps</text:p></draw:text-box></draw:frame><presentation:notes/></draw:page></office:presentation>"#,
    );
    assert_snapshot!(labelled(&read(Format::Odp, odp.clone())), @r"
    «slide 1»The roof
    Notes:
    Say more.
    ␌
    «slide 2»The steps
    ");
    assert_eq!(Format::of_bytes(&odp), Some(Format::Odp));
    every_damage_is_an_error(Format::Odp, &odp);
}

fn epub(encryption: &str) -> Vec<u8> {
    zipped(&[
        ("mimetype", "application/epub+zip"),
        (
            "META-INF/container.xml",
            r#"<container><rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#,
        ),
        ("META-INF/encryption.xml", encryption),
        (
            "OEBPS/content.opf",
            r#"<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/><item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/><item id="c" href="cover.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/><itemref idref="a"/><itemref idref="b"/></spine></package>"#,
        ),
        ("OEBPS/cover.xhtml", "<html><body><img src='c.png'/></body></html>"),
        (
            "OEBPS/text/one.xhtml",
            "<html><head><title>t</title></head><body><h2>The <em>Storm</em></h2><p>It rained.</p></body></html>",
        ),
        (
            "OEBPS/text/two b.xhtml",
            "<html><body><p>No heading here.</p></body></html>",
        ),
    ])
}

#[test]
fn epub_chapters_are_in_the_order_of_the_spine() {
    let book = epub("<encryption/>");
    assert_snapshot!(labelled(&read(Format::Epub, book.clone())), @r"
    «The Storm»## The *Storm*

    It rained.

    ␌
    «part 2»No heading here.
    ");
    assert_eq!(Format::of_bytes(&book), Some(Format::Epub));
    every_damage_is_an_error(Format::Epub, &book);
}

#[test]
fn protected_documents_are_named_as_such() {
    let said = |format, bytes| extract(format, bytes, Limits::default());
    let book = epub(
        r#"<encryption><EncryptedData><CipherData><CipherReference URI="OEBPS/text/one.xhtml"/></CipherData></EncryptedData></encryption>"#,
    );
    assert_eq!(said(Format::Epub, book), Err(ExtractError::Locked));
    let text = zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "garbage"),
        ("META-INF/manifest.xml", "<m:manifest><m:encryption-data/></m:manifest>"),
    ]);
    assert_eq!(said(Format::Odt, text), Err(ExtractError::Locked));
    let encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 EncryptedPackage".to_vec();
    assert_eq!(said(Format::Pptx, encrypted), Err(ExtractError::Locked));
}
