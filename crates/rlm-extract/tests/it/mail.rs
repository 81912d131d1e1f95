//! Mail messages and mailboxes.
#![cfg(feature = "mail")]
use insta::assert_snapshot;
use rlm_extract::{ExtractError, Format, Limits, extract};

use crate::damage::every_damage_is_an_error;
use crate::support::{labelled, read};

const MESSAGE: &str = "Received: from mail.example\r
From: =?utf-8?q?Ada_L=C3=B6velace?= <ada@example.org>\r
To: Council <council@example.org>, mason@example.org\r
Date: Sat, 1 Mar 2025 10:00:00 +0100\r
Subject: =?utf-8?b?UmU6IHRoZSByb29m?=\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=x\r
\r
--x\r
Content-Type: multipart/alternative; boundary=y\r
\r
--y\r
Content-Type: text/plain; charset=iso-8859-1\r
Content-Transfer-Encoding: quoted-printable\r
\r
The roof leaks. Gr=FC=DFe\r
--y\r
Content-Type: text/html\r
\r
<p>The roof <b>leaks</b>.</p>\r
--y--\r
--x\r
Content-Type: text/csv; name=costs.csv\r
Content-Disposition: attachment; filename=costs.csv\r
\r
item,euros\r
roof,1200\r
--x\r
Content-Type: application/pdf\r
Content-Disposition: attachment; filename=\"plan.pdf\"\r
Content-Transfer-Encoding: base64\r
\r
JVBERi0xLjQ=\r
--x--\r
";

#[test]
fn message_has_its_headers_text_and_attachments() {
    assert_snapshot!(labelled(&read(Format::Eml, MESSAGE.into())), @r"
    From: Ada Lövelace <ada@example.org>
    To: Council <council@example.org>, mason@example.org
    Date: Sat, 1 Mar 2025 10:00:00 +0100
    Subject: Re: the roof

    The roof leaks. Grüße

    Attachment: costs.csv (text/csv, 21 bytes)
    item,euros
    roof,1200

    Attachment: plan.pdf (application/pdf, 8 bytes)
    ");
    every_damage_is_an_error(Format::Eml, MESSAGE.as_bytes());
}

#[test]
fn html_message_is_read_as_text() {
    let html =
        "From: a@example.org\nSubject: x\nContent-Type: text/html\n\n<h1>Rates</h1><p>Two &lt; three<script>x</script>";
    assert_snapshot!(read(Format::Eml, html.into()).text, @r"
    From: a@example.org
    Subject: x

    # Rates

    Two < three
    ");
}

#[test]
fn mailbox_messages_are_sections() {
    let plain = MESSAGE.replace("\r\n", "\n");
    let mailbox = format!(
        "From ada@example.org Sat Mar  1 10:00:00 2025\n{plain}\nFrom b@example.org Sun Mar  2 10:00:00 2025\nFrom: b@example.org\nSubject: The  steps\n\nMended.\n>From here on they hold.\n\nFrom c@example.org Sun Mar  2 11:00:00 2025\nFrom: c@example.org\n\nNo subject.\n"
    );
    let extracted = read(Format::Mbox, mailbox.clone().into());
    let labels: Vec<String> = extracted
        .sections
        .iter()
        .map(|section| section.label.to_string())
        .collect();
    assert_eq!(labels, ["message 1, Re: the roof", "message 2, The steps", "message 3"]);
    let shown = labelled(&extracted);
    let (_, second) = shown.split_once("«message 2, The steps»").expect("it is there");
    assert_snapshot!(second, @r"
    From: b@example.org
    Subject: The steps

    Mended.
    From here on they hold.

    ␌
    «message 3»From: c@example.org

    No subject.
    ");
    every_damage_is_an_error(Format::Mbox, mailbox.as_bytes());
}

#[test]
fn files_that_are_no_mail_are_errors() {
    let said = |format, text: &str| extract(format, text.into(), Limits::default());
    assert!(matches!(
        said(Format::Mbox, "hello\n"),
        Err(ExtractError::Damaged { .. })
    ));
    assert!(matches!(said(Format::Eml, ""), Err(ExtractError::Damaged { .. })));
}
