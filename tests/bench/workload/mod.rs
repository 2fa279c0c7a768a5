//! What is measured, a file each. A workload seeds what it needs, runs both sides in turn and says what it found.

pub mod cold_open;
pub mod england;
pub mod kill;
pub mod latency;
pub mod open;
pub mod rate;
pub mod returning;
pub mod saturation;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::accord::{Accord, Comes};
use crate::echo::Echo;
use crate::generator::Generator;
use crate::ledger::Ledger;
use crate::report::Finding;
use crate::seed::{self, Partnership, Plan};
use crate::server::{Programs, Server};
use crate::{Outcome, time};
use rate::{Measured, Rate};

/// How long everybody may take to come in; a slow server is measured too.
const ARRIVAL: Duration = Duration::from_secs(300);
/// A run that is short on purpose, to see that all works, divides by this.
const QUICK: usize = 10;

pub struct Workload {
    pub name: &'static str,
    pub what: &'static str,
    run: fn(&Bench) -> Outcome<Vec<Finding>>,
}

pub const WORKLOADS: &[Workload] = &[
    Workload { name: "latency", what: "20 people type into a long record", run: latency::run },
    Workload { name: "one-meeting", what: "most edits a second in one meeting", run: saturation::one_meeting },
    Workload { name: "many-meetings", what: "most edits a second over 50 meetings", run: saturation::many_meetings },
    Workload { name: "open", what: "memory of 2,000 open meetings, and after", run: open::run },
    Workload { name: "cold-open", what: "a very long record after a restart", run: cold_open::run },
    Workload { name: "return", what: "200 people come back at once", run: returning::run },
    Workload { name: "kill", what: "acknowledged words lost to kill -9", run: kill::run },
    Workload { name: "england", what: "1,800 meetings of 10 on one core", run: england::run },
];

impl Workload {
    pub fn run(&self, bench: &Bench) -> Outcome<Vec<Finding>> {
        eprintln!("==> {}: {}", self.name, self.what);
        (self.run)(bench)
    }
}

/// What every workload works with.
pub struct Bench {
    pub programs: Programs,
    /// Where databases and journals are made: a disk, not memory.
    pub folder: PathBuf,
    /// Everything a tenth as long, or as many.
    pub is_quick: bool,
    /// Edits a second for the kills: as named, or from what one meeting was found to sustain.
    pub speed: Cell<Option<f64>>,
}

impl Bench {
    /// A figure of the plan, or a fraction of it.
    pub const fn size(&self, full: usize) -> usize {
        if self.is_quick { full.div_ceil(QUICK) } else { full }
    }

    pub const fn times(&self, full: usize) -> usize {
        if self.is_quick { 1 } else { full }
    }

    pub fn seed(&self, plan: Plan) -> Outcome<(TempDir, Partnership)> {
        eprintln!("    seeding {} meeting(s) of {}, {} edits each", plan.meetings, plan.seats, plan.edits);
        let folder = self.new_folder()?;
        let partnership = seed::seed(&folder.path().join("data"), plan)?;
        Ok((folder, partnership))
    }

    pub fn new_folder(&self) -> Outcome<TempDir> {
        Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(&self.folder)?)
    }

    /// Accord on a copy of what was seeded, so that every run begins with the same.
    pub fn accord(&self, partnership: &Partnership) -> Outcome<(TempDir, Server)> {
        let folder = self.new_folder()?;
        copy(&partnership.folder, folder.path())?;
        let server = Server::accord(&self.programs, folder.path())?;
        Ok((folder, server))
    }

    pub fn echo(&self) -> Outcome<(TempDir, Server)> {
        let folder = self.new_folder()?;
        let server = Server::echo(folder.path())?;
        Ok((folder, server))
    }

    /// Everybody at every table, and their edits at this rate.
    pub fn accord_at(&self, partnership: &Partnership, rate: &Rate) -> Outcome<Measured> {
        let (_folder, server) = self.accord(partnership)?;
        let mut generator = everybody(partnership, 0, Comes::Holding)?;
        let clients = partnership.meetings.iter().map(|meeting| meeting.seats.len()).sum();
        generator.connect_all(server.port, clients, ARRIVAL)?;
        rate::measure(&mut generator, &server, rate)
    }

    pub fn echo_at(&self, rooms: usize, room: usize, rate: &Rate) -> Outcome<Measured> {
        let (_folder, server) = self.echo()?;
        let mut generator = echoes(rooms, room)?;
        generator.connect_all(server.port, rooms * room, ARRIVAL)?;
        rate::measure(&mut generator, &server, rate)
    }
}

/// A client for every seat, with the ticket of that number.
pub fn everybody(partnership: &Partnership, ticket: usize, comes: Comes) -> Outcome<Generator<Accord>> {
    let room = partnership.meetings.first().map_or(0, |meeting| meeting.seats.len());
    let ledger = Ledger::new(partnership.meetings.len() * room, room)?;
    Generator::new(Accord::new(&partnership.meetings, ticket, comes)?, ledger)
}

pub fn echoes(rooms: usize, room: usize) -> Outcome<Generator<Echo>> {
    Generator::new(Echo::new(rooms * room, room), Ledger::new(rooms * room, room)?)
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// The middle one of several runs.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The milliseconds from `from` until each client was up to date, shortest first.
pub fn arrivals(arrived: &[Option<time::Nanos>], from: time::Nanos) -> Vec<f64> {
    let mut times: Vec<f64> = arrived.iter().flatten().map(|at| time::milliseconds(at.saturating_sub(from))).collect();
    times.sort_by(f64::total_cmp);
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert_eq!(arrivals(&[Some(3_000_000), None, Some(2_000_000)], 1_000_000), [1.0, 2.0]);
    }
}
