//! Measures adding an event and drawing a frame, for a run with ten thousand calls.
//!
//! `cargo bench -p rlm-tui --bench ten_thousand_calls`

#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use rlm_model::{
    CallId, Cost, Digest, Message, ModelIdentity, Money, Parameters, Part, Reply, Request, RequestId, RunPath,
    SourceRange, Tokens, Usage,
};
use rlm_trace::{
    CallClass, CallIssued, CallSettled, ContextSource, Event, Messages, Millis, ProgramChecked, Record,
    RecordedOutcome, Reservation, RunStarted, StepKind, TurnStarted,
};
use rlm_tui::{Host, Key, View, render};

const CALLS: u32 = 10_000;
const FRAMES: u32 = 200;
/// The bytes of the context in each call.
const PIECE: u64 = 440;

fn main() -> Result<(), Box<dyn Error>> {
    for (width, height) in [(80, 24), (200, 60)] {
        measure(Size::new(width, height))?;
    }
    Ok(())
}

fn measure(size: Size) -> Result<(), Box<dyn Error>> {
    let mut view = View::new(Host::Runner);
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height))?;
    let records = records()?;
    let count = u32::try_from(records.len())?;
    let began = Instant::now();
    records.into_iter().for_each(|record| view.add(record));
    let adding = began.elapsed() / count;
    let mut frames = Frames::default();
    let mut drawn = |view: &mut View| -> Result<(), Box<dyn Error>> {
        let began = Instant::now();
        view.fit(size);
        terminal.draw(|frame| render(frame, view))?;
        frames.add(began.elapsed());
        Ok(())
    };
    drawn(&mut view)?;
    view.press(Key::Home);
    for _ in 0..FRAMES {
        view.press(Key::PageDown);
        drawn(&mut view)?;
    }
    println!("{size}: {count} events, {adding:?} per event; scrolling {frames}");
    let mut frames = Frames::default();
    for number in 1..=FRAMES {
        view.add(Arc::new(record(count + number, issued(number))));
        let began = Instant::now();
        view.fit(size);
        terminal.draw(|frame| render(frame, &view))?;
        frames.add(began.elapsed());
    }
    println!("{size}: one event before each frame {frames}");
    let began = Instant::now();
    for key in "/never there\n".chars() {
        view.press(if key == '\n' { Key::Enter } else { Key::Char(key) });
    }
    println!("{size}: a search through all calls {:?}", began.elapsed());
    Ok(())
}

#[derive(Default)]
struct Frames {
    all: Duration,
    longest: Duration,
    count: u32,
}

impl Frames {
    fn add(&mut self, took: Duration) {
        self.all += took;
        self.longest = self.longest.max(took);
        self.count += 1;
    }
}

impl std::fmt::Display for Frames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:?} a frame, the longest {:?}",
            self.all / self.count.max(1),
            self.longest
        )
    }
}

fn records() -> Result<Vec<Arc<Record>>, Box<dyn Error>> {
    let mut events = vec![
        Event::RunStarted(Box::new(RunStarted {
            run: "20261123-090000-abcdef".parse()?,
            rlm: "0.1.0".into(),
            started: None,
            question: "What do ten thousand pieces say about the matter?".to_owned(),
            settings: Default::default(),
            models: Vec::new(),
            context: vec![ContextSource {
                name: "pieces.txt".to_owned(),
                location: None,
                bytes: PIECE * u64::from(2 * CALLS),
                digest: None,
                ends: None,
                modified: None,
                notes: Vec::new(),
            }],
            templates: Vec::new(),
            host: Default::default(),
            forked: None,
            texts: rlm_trace::JournalTexts::Full,
            trace_parent: None,
        })),
        Event::TurnStarted(TurnStarted {
            run: RunPath::default(),
            turn: 1,
            step: StepKind::RootCall,
        }),
        Event::ProgramChecked(ProgramChecked {
            run: RunPath::default(),
            turn: 1,
            source: "replies = [llm_query(f'What is {c}?') for c in chunks]\n".repeat(20),
            diagnostics: Vec::new(),
        }),
    ];
    for number in 1..=CALLS {
        events.push(issued(number));
        if number > 100 {
            events.push(settled(number - 100));
        }
    }
    let records = (1..).zip(events).map(|(line, event)| Arc::new(record(line, event)));
    Ok(records.collect())
}

fn record(line: u32, event: Event) -> Record {
    Record {
        line: line.into(),
        at: Some(Millis(line.into())),
        hash: Digest::of(b""),
        event,
    }
}

fn issued(number: u32) -> Event {
    let model = ModelIdentity::new("openai", "https://api.example/v1", "gpt-5-mini");
    let mut message = Message::user(format!("What does piece {number} say about the matter?"));
    let start = u64::from(number) * PIECE;
    message.parts.push(Part {
        text: "some words ".repeat(PIECE as usize / 11).into(),
        origin: Some(SourceRange {
            source: 0,
            start,
            end: start + PIECE,
        }),
    });
    let request = Request::new(vec![message], Parameters::with_max_output(Tokens(1_024)));
    Event::Issued(Box::new(CallIssued {
        id: CallId::root(1, number, 0),
        request_id: RequestId {
            digest: request.digest(&model),
            occurrence: 0,
        },
        model,
        class: CallClass::Sub,
        early: false,
        batch: None,
        reserved: Reservation {
            input: Tokens(200),
            output: Tokens(1_024),
            cost: Cost::Known(Money(2_000)),
        },
        parameters: request.parameters.clone(),
        form: None,
        images: Vec::new(),
        messages: Messages::of(&request.messages),
        pieces: Vec::new(),
    }))
}

fn settled(number: u32) -> Event {
    let usage = Usage {
        input: Tokens(120),
        cached_input: Tokens(0),
        cache_written: Tokens(0),
        output: Tokens(20),
        reasoning: Tokens(0),
        reported_cost: None,
        estimated: false,
    };
    Event::Settled(Box::new(CallSettled {
        id: CallId::root(1, number, 0),
        outcome: RecordedOutcome::Reply(Reply::new(format!("It says {number}."), usage)),
        cached: false,
        cost: Cost::Known(Money(120)),
        elapsed: Some(Millis(900)),
        attempts: Some(1),
        account: None,
        outage: false,
        quoted: Vec::new(),
    }))
}
