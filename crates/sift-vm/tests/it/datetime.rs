//! `datetime`, compared with CPython's answers in `data/datetime.txt` (see
//! `data/datetime_cases.py`).

use crate::support;

use crate::support::{Arrival, run_in};
use sift_text::Text;
use sift_vm::{ContextData, ContextDocument, ContextKind, Machine, Settings};

/// A program that maps inputs to answers, with CPython's answers.
struct Group {
    name: &'static str,
    /// Defines `answer(row)`.
    program: String,
    /// Inputs as JSON, with their answers.
    rows: Vec<(&'static str, String)>,
}

fn groups() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in include_str!("../data/datetime.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["program", name, program] => groups.push(Group {
                name,
                program: serde_json::from_str(program).unwrap(),
                rows: Vec::new(),
            }),
            [row, answer] => {
                let answer = serde_json::from_str(answer).unwrap();
                groups.last_mut().unwrap().rows.push((row, answer));
            }
            _ => panic!("{line}"),
        }
    }
    groups
}

/// Prints the answer to each row of the context, or its exception.
const DRIVER: &str = "
answers = []
for row in context:
    try:
        answers.append(str(answer(row)))
    except Exception as error:
        answers.append(f'{type(error).__name__}: {error}')
FINAL(json.dumps(answers))
";

impl Group {
    fn answers(&self) -> Vec<String> {
        let rows: Vec<&str> = self.rows.iter().map(|(row, _)| *row).collect();
        let rows = Text::new(&format!("[{}]", rows.join(",")));
        let document = ContextDocument {
            name: "rows".into(),
            text: rows.clone(),
            image: None,
        };
        let context = ContextData {
            kind: ContextKind::Json,
            documents: vec![document],
            joined: rows,
            files: None,
        };
        let machine = Machine::new(Settings::default(), context, "");
        let ran = run_in(
            machine,
            &format!("{}{DRIVER}", self.program),
            Arrival::AtOnce,
            1_000_000_000,
        );
        let answer = ran
            .answer()
            .unwrap_or_else(|| panic!("{}: {:?} {:?}", self.name, ran.error, ran.end));
        serde_json::from_str(&answer).unwrap()
    }
}

#[test]
fn datetime_results_match_cpython() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for group in groups() {
        let answers = group.answers();
        assert_eq!(answers.len(), group.rows.len());
        count += answers.len();
        for ((row, expected), found) in group.rows.iter().zip(answers) {
            if *expected != found {
                wrong.push(format!(
                    "{} {row}\n  CPython: {expected}\n  Sift:    {found}",
                    group.name
                ));
            }
        }
    }
    assert!(count > 3_000, "{count} rows");
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

/// Programs with common mistakes, which are rejected or fail.
const SLIPS: &[&str] = &[
    "print(datetime.now())",
    "import datetime\nprint(datetime.datetime.utcnow(), datetime.date.today())",
    "import datetime\nprint(datetime.strptime('2024', '%Y'))",
    "import datetime\nprint(datetime(2024, 1, 1))",
    "print(date.fromisoformat('2024-01-01'))",
    "moment = datetime.strptime('2024', '%Y')\nprint(moment.moth, moment.strtime('%Y'), moment.hours)",
    "day = datetime.strptime('2024')",
    "span = timedelta(day=1)",
    "span = timedelta(hours=1)\nprint(span.hours, span.total_second())",
    "from datetime import date\nprint(date.strptime('2024', '%Y'), date(2024, 1), date(2024, 1, 1).hour)",
    "from datetime import datetime, now",
    "import calendar\nprint(calendar.monthrange(2024, 2))",
    "from zoneinfo import ZoneInfo",
    "from dateutil.relativedelta import relativedelta",
    "print(timezone.utc.offset, timezone(hours=1))",
    "import time\nprint(time.time())",
];

#[test]
fn datetime_mistakes_are_rejected_with_corrections() {
    let mut shown = String::new();
    for source in SLIPS {
        let refusal = support::machine(Settings::default()).compile(source).unwrap_err();
        shown.push_str(&sift_syntax::render_plain(source, &refusal.diagnostics));
        shown.push('\n');
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn name_types_persist_across_programs() {
    let first = "import datetime as module\nfrom datetime import date as day\nmoment = module.datetime(2024, 1, 31)";
    let ran = support::run(first);
    let mut machine = ran.machine;
    for wrong in [
        "module.strptime('2024', '%Y')",
        "day.today()",
        "moment.mont",
        "module.now()",
    ] {
        assert!(machine.compile(wrong).is_err(), "{wrong}");
    }
    assert!(
        machine
            .compile("print(module.date(2024, 1, 1), day(2024, 1, 1), moment.month)")
            .is_ok()
    );
}
