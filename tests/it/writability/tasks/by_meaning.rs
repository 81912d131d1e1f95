//! Tasks that require reading: the relevant facts are worded differently each time.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::json;

use super::seeded::Seeded;
use super::{Made, MadeContext};

const NAMES: &[&str] = &[
    "Agnes", "Bjarne", "Clara", "Dario", "Elin", "Frode", "Greta", "Hugo", "Ida", "Jonas", "Karin", "Lars", "Mina",
    "Nils", "Oda", "Petra", "Rasmus", "Sanne", "Tilde", "Ulrik", "Vera", "Wilma", "Ylva", "Zita",
];

/// The current location of a key, from long letters.
pub(crate) fn spare_key_letters(random: &mut Seeded) -> Made {
    let filler = [
        "The rain has not stopped since Tuesday and the hens are in a bad mood.",
        "We had the roof looked at; the man said it would last another winter, as he says each autumn.",
        "Your cousin asks whether you still have her book about moss.",
        "I have begun to learn the accordion. The neighbours have begun to learn patience.",
        "The key to a good soup is time, your grandmother said.",
        "They have put up a new lamp by the landing, and now the moths hold meetings there.",
        "The locksmith's daughter was married on Saturday; everyone came, even the priest.",
    ];
    let places = [
        ("under the third flowerpot", "flower ?pot"),
        ("in the coffee tin above the stove", "coffee tin"),
        ("behind the loose brick by the well", "brick"),
        ("in the pocket of the scarecrow", "scarecrow"),
        ("inside the broken clock", "clock"),
    ];
    let order = random.shuffled(&places);
    let (first, last) = (order[0], order[1]);
    let (early, late) = (random.number(20, 60), random.number(90, 160));
    let (mut letters, finder) = (Vec::new(), *random.pick(NAMES));
    for letter in 0..180_u64 {
        let mut text = format!("Letter {letter}\n\nDear {},\n\n", random.pick(NAMES));
        let sentences = random.number(8, 24);
        let at = random.number(0, sentences - 1);
        for sentence in 0..sentences {
            if sentence == at && letter == early {
                write!(
                    text,
                    "If you come while we are away: what opens the boathouse lies {}. ",
                    first.0
                )
                .unwrap();
            } else if sentence == at && letter == late {
                write!(
                    text,
                    "{finder} found what we had hidden for the boathouse door, so from now on you must look {} instead. ",
                    last.0
                )
                .unwrap();
            } else {
                write!(text, "{} ", random.pick(&filler)).unwrap();
            }
        }
        letters.push((format!("letter-{letter:03}.txt"), text + "\n\nYours, Henrik\n"));
    }
    Made {
        question: "Where is the spare key of the boathouse kept, going by the last letter that speaks of it, and who found the earlier \
                   hiding place?"
            .to_owned(),
        context: MadeContext::Folder(letters),
        expected: format!("{}; {finder}", last.0),
        compare: json!({ "facts": [last.1, finder.to_lowercase()] }),
    }
}

/// The number of positive reviews of each product, from reviews without stars.
pub(crate) fn review_moods(random: &mut Seeded) -> Made {
    let products = ["Kestrel lamp", "Otter flask", "Wren radio"];
    let glad = [
        "I would buy it again tomorrow, and a second one for my sister.",
        "Has not let me down once in two winters.",
        "My father, who never praises anything, asked where I got it.",
        "Worth every crown.",
        "At last one that does what the box says.",
        "I had feared the worst after my last one, but this is in another league.",
    ];
    let sorry = [
        "It went back to the shop on the third day.",
        "I have had doorstops that were more useful.",
        "If you enjoy writing to customer service, this is for you.",
        "The old one was better in every way, and it had been run over by a van.",
        "Broke the first evening. The second one, too.",
        "Save your money.",
    ];
    let mut rows = Vec::new();
    let mut counts = [[0_u32; 2]; 3];
    for number in 0..90 {
        let product = random.number(0, 2) as usize;
        let likes = random.chance(40 + 15 * product as u64);
        counts[product][usize::from(!likes)] += 1;
        let text = random.pick(if likes { &glad } else { &sorry });
        let row = json!({ "id": number, "product": products[product], "by": random.pick(NAMES), "text": text });
        rows.push(row.to_string());
    }
    let shown = products
        .iter()
        .zip(counts)
        .map(|(product, [likes, dislikes])| format!("{product}: {likes} / {dislikes}"));
    Made {
        question: "Each line is a review. For each product, how many reviewers are content with it and how many are not? Answer one line \
                   for each product, as 'PRODUCT: CONTENT / NOT CONTENT'."
            .to_owned(),
        context: MadeContext::Text(rows.join("\n") + "\n"),
        expected: shown.collect::<Vec<_>>().join("\n"),
        compare: json!({ "items": "\n" }),
    }
}

/// The most frequent topic of tickets without a category.
pub(crate) fn ticket_topics(random: &mut Seeded) -> Made {
    let topics: [(&str, [&str; 4]); 4] = [
        (
            "heating",
            [
                "It is twelve degrees in here again.",
                "The radiator under my window is stone cold.",
                "We sit at our desks in coats.",
                "Could someone bleed the pipes on floor two? They knock and stay cold.",
            ],
        ),
        (
            "noise",
            [
                "The drilling next door makes calls impossible.",
                "Whoever practises the trumpet at ten, please stop.",
                "The fan on the roof hums through the wall all night.",
                "Doors slam every minute on our corridor.",
            ],
        ),
        (
            "access",
            [
                "My badge opens every door but mine.",
                "I stood outside for half an hour, the gate does not know me.",
                "The new colleague needs to get into the archive.",
                "Please let the cleaners in on Sundays too, their cards do nothing then.",
            ],
        ),
        (
            "water",
            [
                "The tap in the kitchen drips into a full bucket.",
                "There is a puddle under the sink on floor one.",
                "Nothing comes out of the shower but rust.",
                "The drain in the yard gives back what it took.",
            ],
        ),
    ];
    let mut counts = [0_u32; 4];
    let mut log = String::new();
    let favourite = random.number(0, 3) as usize;
    for number in 0..120 {
        let topic = if random.chance(30) {
            favourite
        } else {
            random.number(0, 3) as usize
        };
        counts[topic] += 1;
        writeln!(
            log,
            "T-{number:03} || from: {} || floor: {} || {}",
            random.pick(NAMES),
            random.number(0, 5),
            random.pick(&topics[topic].1)
        )
        .unwrap();
    }
    let shown = topics
        .iter()
        .zip(counts)
        .map(|((topic, _), count)| format!("{topic}: {count}"));
    Made {
        question: "Sort each ticket under exactly one of heating, noise, access and water. How many tickets has each? Answer one line for \
                   each topic, as 'topic: N'."
            .to_owned(),
        context: MadeContext::Text(log),
        expected: shown.collect::<Vec<_>>().join("\n"),
        compare: json!({ "items": "\n" }),
    }
}

/// The people in interviews who have really seen an otter.
pub(crate) fn otter_interviews(random: &mut Seeded) -> Made {
    let seen = [
        "I was mending the net when it came up beside the boat, whiskers and all, with a fish across its mouth.",
        "It slid down the bank in front of me like a child on a tray. I had never seen one before.",
        "Two of them were playing under the bridge; I watched until my feet were wet.",
    ];
    let unseen = [
        "My brother swears that one crossed the road before him. I have had no such luck.",
        "There were tracks in the snow by the mill, the warden says they are an otter's. The animal itself keeps away from me.",
        "People talk of them a lot at the shop. I think it was a mink, the one that I met.",
        "As a child I had a toy one. In the river? Never, though I look each morning.",
    ];
    let other = [
        "The river was higher when I was young.",
        "We used to cut ice here and sell it to the dairy.",
        "The new path is good for my knees.",
        "Nobody fishes with worms any more.",
        "I would not want the weir to be taken down.",
    ];
    let mut witnesses = BTreeSet::new();
    let mut interviews = Vec::new();
    for name in random.shuffled(NAMES) {
        let mut text = format!("Interview with {name}\n\nQ: What do you remember of the river?\nA: ");
        for _ in 0..random.number(4, 40) {
            write!(text, "{} ", random.pick(&other)).unwrap();
        }
        let has_seen = random.chance(35);
        let words = if has_seen {
            *random.pick(&seen)
        } else {
            *random.pick(&unseen)
        };
        write!(text, "\nQ: And the animals?\nA: {words} {}\n", random.pick(&other)).unwrap();
        if has_seen {
            witnesses.insert(name.to_owned());
        }
        interviews.push(text);
    }
    Made {
        question: "Which of the people interviewed say that they have seen an otter themselves? Give the first names, separated by commas."
            .to_owned(),
        context: MadeContext::Json(json!(interviews)),
        expected: witnesses.into_iter().collect::<Vec<_>>().join(", "),
        compare: json!({ "items": "," }),
    }
}
