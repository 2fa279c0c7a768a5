//! The server is killed, `kill -9`, at the moment it acknowledges something, with 20 people typing at speed. Started
//! again, it must have every change that it said is stored, and every one that it passed on to somebody.

use std::time::Duration;

use automerge::{Automerge, ChangeHash};

use super::rate::{self, drive};
use super::{ARRIVAL, Bench, everybody};
use crate::Outcome;
use crate::accord::{Accord, Comes};
use crate::arrivals::{Arrivals, Dice};
use crate::generator::Generator;
use crate::keystroke::Hash;
use crate::ledger::Due;
use crate::report::{Finding, Verdict};
use crate::seed::{Partnership, Plan};
use crate::server::Server;
use crate::time::{nanos, now};

const KILLS: usize = 25;
const PEOPLE: usize = 20;
/// When nothing says how fast the server is.
const SLOW: f64 = 200.0;

/// What one killed server had promised, and had not kept.
#[derive(Default)]
struct Toll {
    acknowledged: usize,
    lost: usize,
    passed_on: usize,
    passed_on_and_lost: usize,
}

pub fn run(bench: &Bench) -> Outcome<Vec<Finding>> {
    let (_folder, partnership) = bench.seed(Plan { meetings: 1, seats: PEOPLE, tickets: 2, edits: 0 })?;
    let speed = bench.speed.get().unwrap_or(SLOW);
    let mut dice = Dice::new(25);
    let mut sum = Toll::default();
    let kills = bench.size(KILLS);
    for kill in 0..kills {
        let toll = kill_once(bench, &partnership, speed, &mut dice)?;
        eprintln!("    kill {}: {} acknowledged, {} lost", kill + 1, toll.acknowledged, toll.lost);
        sum.acknowledged += toll.acknowledged;
        sum.lost += toll.lost;
        sum.passed_on += toll.passed_on;
        sum.passed_on_and_lost += toll.passed_on_and_lost;
    }
    Ok(vec![Finding {
        what: format!("acknowledged words lost in {kills} kills at {speed:.0} edits/s"),
        echo: "–".to_owned(),
        accord: format!(
            "{} of {} acknowledged; {} of {} passed on to others",
            sum.lost, sum.acknowledged, sum.passed_on_and_lost, sum.passed_on
        ),
        ratio: String::new(),
        target: "0".to_owned(),
        verdict: Verdict::of(sum.acknowledged > 0 && sum.lost + sum.passed_on_and_lost == 0),
    }])
}

fn kill_once(bench: &Bench, partnership: &Partnership, speed: f64, dice: &mut Dice) -> Outcome<Toll> {
    let (folder, mut server) = bench.accord(partnership)?;
    let mut typists = everybody(partnership, 0, Comes::Holding)?;
    typists.connect_all(server.port, PEOPLE, ARRIVAL)?;
    rate::begin(&mut typists)?;
    // Somewhere in the stream, then at the next acknowledgement.
    let earliest = now() + nanos(Duration::from_millis(200 + dice.below(800) as u64));
    let mut arrivals = Arrivals::new(now(), speed, dice.roll());
    let due = |at| Due { at, measured: false };
    drive(&mut typists, &mut arrivals, earliest, due, |_| false)?;
    let saved = |typists: &Generator<Accord>| (0..PEOPLE).map(|client| typists.protocol.made(client).1).sum::<usize>();
    let before = saved(&typists);
    let latest = earliest + nanos(Duration::from_secs(30));
    drive(&mut typists, &mut arrivals, latest, due, |typists| saved(typists) > before)?;
    if saved(&typists) == before {
        return Err("the server acknowledged nothing for 30 seconds".into());
    }
    server.kill()?;
    // What was on its way to somebody was said.
    typists.hear_the_last();
    drop(server);

    let server = Server::accord(&bench.programs, folder.path())?;
    let stored = stored(partnership, &server)?;
    let mut toll = Toll::default();
    for client in 0..PEOPLE {
        let (made, saved) = typists.protocol.made(client);
        let missing = |count: usize| made[..count].iter().filter(|change| !holds(&stored, change.hash)).count();
        let seen = typists.ledger.seen_by_anybody(client);
        toll.acknowledged += saved;
        toll.lost += missing(saved);
        toll.passed_on += seen;
        toll.passed_on_and_lost += missing(seen);
    }
    Ok(toll)
}

/// The record as somebody finds it who comes with nothing.
fn stored(partnership: &Partnership, server: &Server) -> Outcome<Automerge> {
    let mut reader = everybody(partnership, 1, Comes::FreshAndKeeps)?;
    reader.connect_all(server.port, 1, ARRIVAL)?;
    let mut doc = Automerge::new();
    doc.load_incremental(reader.protocol.kept(0))?;
    Ok(doc)
}

fn holds(doc: &Automerge, hash: Hash) -> bool {
    doc.get_change_meta_by_hash(&ChangeHash(hash)).is_some()
}
