//! Tasks that programs can solve without model calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::seeded::Seeded;
use super::{Made, MadeContext};

const SHIPS: &[&str] = &[
    "Aldis", "Brenta", "Corva", "Dunlin", "Eider", "Fulmar", "Gannet", "Halcyon", "Isbjørn", "Jaeger", "Knot",
    "Linnea", "Merle", "Nordlys", "Osprey", "Puffin",
];

/// Harbour fees from a year's arrivals, with later corrections that override earlier entries.
pub(crate) fn harbour_fees(random: &mut Seeded) -> Made {
    let month = random.number(3, 10);
    let tons = random.number(4, 8) * 500;
    let mut log = String::from(
        "HARBOUR OFFICE - register of arrivals\nFees in crowns. A line CORRECTION replaces the fee of the entry it names.\n\n",
    );
    let mut fees: BTreeMap<u64, (u64, u64, u64)> = BTreeMap::new();
    for entry in 1..=900_u64 {
        let at = 1 + (entry - 1) * 12 / 900;
        let (size, fee) = (random.number(3, 99) * 100, random.number(80, 2_400));
        let (ship, day) = (random.pick(SHIPS), random.number(1, 28));
        fees.insert(entry, (at, size, fee));
        writeln!(
            log,
            "No. {entry:04} | {day:02}.{at:02}.2021 | M/V {ship} | {size} t | fee {fee}"
        )
        .unwrap();
        if entry > 40 && random.chance(9) {
            let (wrong, fee) = (entry - random.number(0, 39), random.number(80, 2_400));
            fees.entry(wrong).and_modify(|kept| kept.2 = fee);
            writeln!(log, "    CORRECTION to No. {wrong:04}: fee {fee}").unwrap();
        } else if random.chance(12) {
            writeln!(
                log,
                "    (pilot {}; ice in the basin, no fee for waiting)",
                random.pick(SHIPS)
            )
            .unwrap();
        }
    }
    let counted = fees.values().filter(|(at, size, _)| *at == month && *size > tons);
    let (ships, total) = counted.fold((0, 0), |(ships, total), (_, _, fee)| (ships + 1, total + fee));
    Made {
        question: format!(
            "After all corrections, how many arrivals of ships of more than {tons} t were there in month {month} of 2021, and what \
             do their fees come to? Answer 'N arrivals, F crowns'."
        ),
        context: MadeContext::Text(log),
        expected: format!("{ships} arrivals, {total} crowns"),
        compare: json!("exact"),
    }
}

/// The longest gap between readings of one of several sensors in a file.
pub(crate) fn sensor_silence(random: &mut Seeded) -> Made {
    let names = ["north pier", "lock gate", "mill race", "old quay", "weir"];
    let mut readings: Vec<(u64, usize)> = Vec::new();
    let mut longest = (0, 0, 0);
    for sensor in 0..names.len() {
        let mut minute = random.number(0, 20);
        let mut before = None;
        while minute < 14 * 1_440 {
            readings.push((minute, sensor));
            if let Some(before) = before {
                longest = longest.max((minute - before, sensor, before));
            }
            before = Some(minute);
            minute += if random.chance(1) {
                random.number(90, 900)
            } else {
                random.number(14, 41)
            };
        }
    }
    readings.sort_unstable();
    let time = |minute: u64| {
        format!(
            "2024-02-{:02} {:02}:{:02}",
            20 + minute / 1_440,
            minute / 60 % 24,
            minute % 60
        )
    };
    let mut log = String::from("time;sensor;level_cm\n");
    for (minute, sensor) in &readings {
        // The two weeks cross the end of February in a leap year.
        let shown = if minute / 1_440 < 10 {
            time(*minute)
        } else {
            let day = minute / 1_440 - 9;
            format!("2024-03-{day:02} {:02}:{:02}", minute / 60 % 24, minute % 60)
        };
        writeln!(log, "{shown};{};{}", names[*sensor], random.number(40, 310)).unwrap();
    }
    let (gap, sensor, _) = longest;
    Made {
        question: "Which sensor was silent for the longest time between two of its readings, and for how many minutes? Answer \
                   'SENSOR: N minutes'."
            .to_owned(),
        context: MadeContext::Text(log),
        expected: format!("{}: {gap} minutes", names[sensor]),
        compare: json!("exact"),
    }
}

/// The recipes in a folder that contain two ingredients but not a third.
pub(crate) fn recipe_cards(random: &mut Seeded) -> Made {
    let things = [
        "butter",
        "flour",
        "eggs",
        "leek",
        "cream",
        "lemon",
        "pears",
        "rice",
        "dill",
        "smoked eel",
        "honey",
        "barley",
    ];
    let dishes = ["soup", "pie", "stew", "salad", "pudding", "pancakes"];
    let chosen = random.shuffled(&things);
    let (with, also, without) = (chosen[0], chosen[1], chosen[2]);
    let mut files = Vec::new();
    let mut found = BTreeSet::new();
    for number in 0..64 {
        let used: BTreeSet<&str> = random
            .shuffled(&things)
            .into_iter()
            .take(random.number(4, 7) as usize)
            .collect();
        let title = format!("{} {} no. {number}", random.pick(SHIPS), random.pick(&dishes));
        let mut card = format!(
            "# {title}\n\nServes {}. Goes well with {with} or {also} on the side.\n\n## Ingredients\n",
            random.number(2, 8)
        );
        for thing in &used {
            writeln!(card, "- {} g {thing}", random.number(2, 60) * 10).unwrap();
        }
        write!(
            card,
            "\n## Method\nCook it slowly. Without {without} it keeps for {} days.\n",
            random.number(1, 5)
        )
        .unwrap();
        if used.contains(with) && used.contains(also) && !used.contains(without) {
            found.insert(title);
        }
        files.push((format!("card-{number:02}.md"), card));
    }
    Made {
        question: format!(
            "Which recipes list both {with} and {also} among their ingredients, but not {without}? Give the titles, one on each line."
        ),
        context: MadeContext::Folder(files),
        expected: found.into_iter().collect::<Vec<_>>().join("\n"),
        compare: json!({ "items": "\n" }),
    }
}

/// The last removal of an option in the notes of many releases.
pub(crate) fn release_notes(random: &mut Seeded) -> Made {
    let options = [
        "--fold-quotes",
        "--keep-order",
        "--strict-dates",
        "--no-index",
        "--wide",
        "--retry-all",
    ];
    let wanted = random.number(0, options.len() as u64 - 1) as usize;
    let mut alive = [true; 6];
    let mut removed = String::new();
    let mut files = Vec::new();
    for release in 0..48_u64 {
        let version = format!("{}.{}.{}", 1 + release / 20, release / 4 % 5, release % 4);
        let mut notes = format!(
            "Version {version}\n\nFixed: {} problems with long lines, see {}.\n",
            random.number(2, 30),
            random.pick(&options)
        );
        for (index, option) in options.iter().enumerate() {
            let change = random.chance(11);
            if change && alive[index] {
                writeln!(notes, "Removed: the option {option} is gone.").unwrap();
                if index == wanted {
                    removed.clone_from(&version);
                }
            } else if change {
                writeln!(notes, "Added: the option {option} is back after many wishes.").unwrap();
            }
            alive[index] ^= change;
        }
        files.push((format!("notes/{release:03}.txt"), notes));
    }
    // If it was never removed, the last release removes it.
    if removed.is_empty() {
        let (_, last) = files.last_mut().unwrap();
        writeln!(last, "Removed: the option {} is gone.", options[wanted]).unwrap();
        removed = "3.1.3".to_owned();
    }
    Made {
        question: format!(
            "The files are the notes of one release after the other. In which version was the option {} removed for the last time? \
             Answer with the version alone.",
            options[wanted]
        ),
        context: MadeContext::Folder(files),
        expected: removed,
        compare: json!("exact"),
    }
}

/// A ledger as CSV, with quoted fields, two formats of amounts, and reversed bookings.
pub(crate) fn ledger_categories(random: &mut Seeded) -> Made {
    let categories = ["rent", "tools", "travel", "printing", "repairs"];
    let notes = [
        "paid by card",
        "see folder 3, page 2",
        "\"express\", with VAT",
        "twice, one returned",
        "",
    ];
    let mut ledger = String::from("id,date,category,amount,note,cancels\n");
    let mut rows: Vec<(usize, u64, bool)> = Vec::new();
    for id in 0..420 {
        let category = random.number(0, 4) as usize;
        let cents = random.number(150, 99_999);
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let cancels = (id > 30 && random.chance(7)).then(|| random.number(id as u64 - 30, id as u64 - 1) as usize);
        if let Some(cancelled) = cancels {
            rows[cancelled].2 = false;
        }
        rows.push((category, cents, cancels.is_none()));
        let note = random.pick(&notes).replace('"', "\"\"");
        let label = if random.chance(25) {
            categories[category].to_uppercase()
        } else {
            categories[category].to_owned()
        };
        let shown = if cancels.is_some() { "0.00".to_owned() } else { amount };
        let cancels = cancels.map(|cancelled| cancelled.to_string()).unwrap_or_default();
        writeln!(
            ledger,
            "{id},2023-{:02}-{:02},{label},{shown},\"{note}\",{cancels}",
            1 + id / 36,
            1 + id % 28
        )
        .unwrap();
    }
    let mut sums = [0; 5];
    for (category, cents, counts) in rows {
        sums[category] += if counts { cents } else { 0 };
    }
    let (most, cents) = sums.iter().enumerate().max_by_key(|(_, cents)| **cents).unwrap();
    Made {
        question: "A row whose last column names an id cancels the booking of that id and has no amount of its own. Which category \
                   (in whatever case it is written) has the highest sum of amounts that were not cancelled, and how much is it? \
                   Answer 'category: 123.45'."
            .to_owned(),
        context: MadeContext::Text(ledger),
        expected: format!("{}: {}.{:02}", categories[most], cents / 100, cents % 100),
        compare: json!("exact"),
    }
}

/// The number of people below a department in a JSON tree.
pub(crate) fn head_count(random: &mut Seeded) -> Made {
    let mut names = (1..).map(|number| format!("D{number:03}"));
    let mut total = 0;
    let mut wanted = String::new();
    let mut departments = Vec::new();
    for top in 0..5 {
        let (tree, people) = department(random, &mut names, 4);
        if top == 2 {
            wanted = tree["name"].as_str().unwrap_or_default().to_owned();
            total = people;
        }
        departments.push(tree);
    }
    Made {
        question: format!(
            "How many people who are not on leave work in department {wanted} and in all departments below it? Answer with the number \
             alone."
        ),
        context: MadeContext::Json(json!({ "as_of": "2024-06-30", "departments": departments })),
        expected: total.to_string(),
        compare: json!("number"),
    }
}

fn department(random: &mut Seeded, names: &mut impl Iterator<Item = String>, depth: u32) -> (Value, u64) {
    let name = names.next().unwrap_or_default();
    let mut working = 0;
    let mut people = Vec::new();
    for _ in 0..random.number(1, 6) {
        let on_leave = random.chance(20);
        working += u64::from(!on_leave);
        people.push(json!({ "name": random.pick(SHIPS), "leave": on_leave }));
    }
    let mut below = Vec::new();
    if depth > 0 {
        for _ in 0..random.number(1, 3) {
            let (tree, more) = department(random, names, depth - 1);
            working += more;
            below.push(tree);
        }
    }
    (json!({ "name": name, "people": people, "below": below }), working)
}

/// The keys that only one of two translation files contains.
pub(crate) fn missing_translations(random: &mut Seeded) -> Made {
    let areas = ["menu", "error", "login", "print", "search", "export"];
    let words = ["title", "hint", "cancel", "retry", "empty", "done", "help", "more"];
    let mut files = [String::from("# English\n"), String::from("# norsk\n")];
    let mut missing = BTreeSet::new();
    for area in areas {
        let mut open = [false; 2];
        for word in words {
            let gone = if random.chance(34) {
                Some(random.number(0, 1) as usize)
            } else {
                None
            };
            for (index, file) in files.iter_mut().enumerate() {
                if gone == Some(index) {
                    if index == 1 {
                        missing.insert(format!("{area}.{word}"));
                    }
                    if random.chance(50) {
                        writeln!(file, "#{word} = (removed)").unwrap();
                    }
                    continue;
                }
                if !open[index] {
                    writeln!(file, "\n[{area}]").unwrap();
                    open[index] = true;
                }
                writeln!(file, "{word} = text {}", random.number(100, 999)).unwrap();
            }
        }
    }
    let [english, norsk] = files;
    Made {
        question: "Lines that begin with # are comments. Which keys does en.ini have that no.ini lacks? Give them as section.key, one \
                   on each line."
            .to_owned(),
        context: MadeContext::Json(json!({ "en.ini": english, "no.ini": norsk })),
        expected: missing.into_iter().collect::<Vec<_>>().join("\n"),
        compare: json!({ "items": "\n" }),
    }
}

/// The final date of a meeting that is moved repeatedly in a chat with many other messages.
pub(crate) fn moved_meeting(random: &mut Seeded) -> Made {
    let people = ["Ines", "Tor", "Maud", "Pavel", "Yara"];
    let chair = *random.pick(&people);
    let rooms = ["Birch", "Alder", "Rowan", "Larch"];
    let talk = [
        "the printer is out of paper",
        "who took the ladder?",
        "lunch at noon",
        "the meeting was good last year",
        "can we move the table?",
    ];
    let mut chat = String::new();
    let mut last = String::new();
    let mut moves = 0;
    for line in 0..1_400_u64 {
        let (hour, minute) = (8 + line / 200, line % 200 * 3 / 10);
        let who = *random.pick(&people);
        if random.chance(2) {
            let place = format!(
                "{} at {}:{:02}",
                random.pick(&rooms),
                random.number(9, 16),
                random.number(0, 3) * 15
            );
            writeln!(chat, "[{hour:02}:{minute:02}] {who}: new place for the review: {place}").unwrap();
            if who == chair {
                moves += 1;
                last = place;
            }
        } else {
            writeln!(chat, "[{hour:02}:{minute:02}] {who}: {}", random.pick(&talk)).unwrap();
        }
    }
    Made {
        question: format!(
            "Only {chair} may move the review; what others announce does not count. How often did {chair} announce a new place for it, \
             and where and when is it after the last announcement? Answer 'N times; ROOM at H:MM'."
        ),
        context: MadeContext::Text(chat),
        expected: format!("{moves} times; {last}"),
        compare: json!("exact"),
    }
}
