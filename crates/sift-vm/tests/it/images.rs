//! Images among the documents of the context: their attributes, and calls that show them to a model.

use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, ContextDocument, ContextImage, ContextKind, Machine, Settings};

use crate::support::{Arrival, Ran, run_in};

fn run(source: &str) -> Ran {
    let image = |width, height| Some(ContextImage { width, height });
    let documents = [("a.md", None), ("b.png", image(640, 480)), ("c.jpg", image(3, 2))];
    let documents = documents.iter().zip(0..).map(|((name, image), id)| ContextDocument {
        name: (*name).into(),
        text: Text::with_origin(format!("the text of {name}"), Origin::Source(SourceId(id))),
        image: *image,
    });
    let context = ContextData {
        kind: ContextKind::List,
        documents: documents.collect(),
        joined: Text::new("joined"),
        files: None,
    };
    let machine = Machine::new(Settings::default(), context, "What is shown?");
    run_in(machine, source, Arrival::Late, 1_000_000)
}

fn printed(source: &str) -> String {
    let ran = run(source);
    assert!(ran.error.is_none(), "{source}\n{:?}", ran.error);
    ran.printed().to_owned()
}

#[test]
fn programs_list_images_with_their_size() {
    let facts = printed("for d in ctx.documents:\n    print(d.name, d.kind, d.width, d.height)");
    assert_eq!(facts, "a.md text None None\nb.png image 640 480\nc.jpg image 3 2\n");
    assert_eq!(
        printed("print([d.name for d in ctx.images], 'image' in ctx.images[0].kind)"),
        "['b.png', 'c.jpg'] True\n"
    );
}

#[test]
fn calls_show_images_to_the_model() {
    assert_eq!(
        printed("print(llm_query('what?', images=[ctx.images[1], ctx.documents[1]]))"),
        "WHAT? [2, 1]\n"
    );
    assert_eq!(
        printed("print(llm_query('what?', images=ctx.images[0]))"),
        "WHAT? [1]\n"
    );
    assert_eq!(
        printed("print(llm_query('what?', images=[]), llm_query('b', images=None))"),
        "WHAT? B\n"
    );
    // Calls leave before their replies are used.
    let many = "replies = [llm_query(f'{d.name}?', images=[d]) for d in ctx.images]\nprint(replies)";
    assert_eq!(printed(many), "['B.PNG? [1]', 'C.JPG? [2]']\n");
    // A call that depends on a reply is found early, with its images.
    let chained = "first = llm_query('one', images=[ctx.images[0]])\n\
                   if first.startswith('O'):\n    print(llm_query('two ' + first, images=ctx.images))";
    assert_eq!(printed(chained), "TWO ONE [1] [1, 2]\n");
}

#[test]
fn other_values_are_no_images() {
    let error = |source: &str| {
        let ran = run(source);
        assert_eq!(ran.prompts, [], "{source}: no call was made");
        let error = ran.error.unwrap();
        format!("{:?}: {}\n  {:?}", error.class, error.message, error.help)
    };
    let all = [
        "llm_query('x', images=[context[0]])",
        "llm_query('x', images=['b.png'])",
        "llm_query('x', images=[ctx.images[0][:5]])",
        "llm_query('x', images=3)",
        "llm_query('x', images=ctx.images * 9)",
    ];
    insta::assert_snapshot!(all.map(error).join("\n"));
}
