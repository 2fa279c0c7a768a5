//! The command line.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use crate::machine::{self, Facts};
use crate::report::{self, Finding};
use crate::server::Programs;
use crate::workload::{Bench, WORKLOADS};
use crate::{Outcome, floor};

const USAGE: &str = "\
load [WORKLOAD …] [--quick] [--speed EDITS] [--data DIR] [--write FILE]

  --quick          everything a tenth as long, or as many: to see that all works, not to measure
  --speed EDITS    edits a second while the server is killed; otherwise most of what one meeting was found to sustain
  --data DIR       where databases are made; it has to be on a disk
  --write FILE     write the page of results

Without a workload, all of them:";

#[derive(Debug, Default, PartialEq)]
struct Options {
    workloads: Vec<String>,
    is_quick: bool,
    speed: Option<f64>,
    data: Option<PathBuf>,
    write: Option<PathBuf>,
}

pub fn run(arguments: &[String]) -> Outcome<()> {
    if let [command, journal] = arguments
        && command == "floor"
    {
        return floor::serve(Path::new(journal));
    }
    let options = parse(arguments).map_err(|problem| format!("{problem}\n\n{}", usage()))?;
    let _precedence = machine::prepare()?;
    let folder = options.data.unwrap_or_else(|| PathBuf::from("target/bench"));
    std::fs::create_dir_all(&folder)?;
    let facts = Facts::gather(&folder)?;
    println!("Measured on {}.\n\n{}", facts.in_one_line(), Finding::TABLE_HEAD);
    let bench = Bench {
        programs: Programs::find()?,
        folder: std::path::absolute(folder)?,
        is_quick: options.is_quick,
        speed: Cell::new(options.speed),
    };
    let mut findings = Vec::new();
    for workload in WORKLOADS {
        if options.workloads.is_empty() || options.workloads.iter().any(|name| name == workload.name) {
            let found = workload.run(&bench)?;
            found.iter().for_each(|finding| println!("{}", finding.table_row()));
            findings.extend(found);
        }
    }
    if let Some(path) = options.write {
        std::fs::write(path, report::page(&facts, &findings, options.is_quick))?;
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} what?"));
        match argument.as_str() {
            "--quick" => options.is_quick = true,
            "--speed" => options.speed = Some(value()?.parse().map_err(|_| "a speed is a number".to_owned())?),
            "--data" => options.data = Some(value()?.into()),
            "--write" => options.write = Some(value()?.into()),
            name if WORKLOADS.iter().any(|workload| workload.name == name) => options.workloads.push(name.to_owned()),
            other => return Err(format!("`{other}`?")),
        }
    }
    Ok(options)
}

fn usage() -> String {
    let names = WORKLOADS.iter().map(|workload| format!("  {:<16} {}", workload.name, workload.what));
    format!("{USAGE}\n{}", names.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_understood_and_slips_are_told() {
        let given = |line: &str| parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let options = given("latency kill --speed 1500 --quick").unwrap();
        assert_eq!(
            (options.workloads, options.speed, options.is_quick),
            (vec!["latency".into(), "kill".into()], Some(1500.0), true)
        );
        assert_eq!(given("latncy"), Err("`latncy`?".to_owned()));
        assert_eq!(given("--data"), Err("--data what?".to_owned()));
    }

    #[test]
    fn the_usage_names_every_workload() {
        assert!(WORKLOADS.iter().all(|workload| usage().contains(workload.name)));
    }
}
