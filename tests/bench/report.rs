//! What was found, as rows of a table and as the page in `docs/`.

use crate::machine::Facts;

pub struct Finding {
    pub what: String,
    /// What the bare echo did in the same run.
    pub echo: String,
    pub accord: String,
    /// Accord to the echo.
    pub ratio: String,
    pub target: String,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Reached,
    NotReached,
}

impl Verdict {
    pub const fn of(reached: bool) -> Self {
        if reached { Self::Reached } else { Self::NotReached }
    }

    const fn in_words(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::NotReached => "**not reached**",
        }
    }
}

impl Finding {
    pub const TABLE_HEAD: &'static str = "\
| workload | bare echo with group commit | Accord | ratio | target | |
|---|---|---|---|---|---|";

    pub fn table_row(&self) -> String {
        let Self { what, echo, accord, ratio, target, verdict } = self;
        format!("| {what} | {echo} | {accord} | {ratio} | {target} | {} |", verdict.in_words())
    }
}

/// What others do, as measured with a generator of the same design. Quoted: this bench does not run them.
const OTHERS: &str = include_str!("others.md");
const METHOD: &str = include_str!("method.md");

pub fn page(facts: &Facts, findings: &[Finding], is_quick: bool) -> String {
    let rows: Vec<String> = findings.iter().map(Finding::table_row).collect();
    let quick = if is_quick {
        "\n**A quick run, a tenth as long: it shows that the bench works and measures nothing.**\n"
    } else {
        ""
    };
    format!(
        "# Benchmarks\n\n`cargo xtask bench` wrote this page; `cargo xtask bench latency` runs one workload.\n{quick}\n\
         ## Accord and a bare echo, in one run\n\n\
         | machine | |\n|---|---|\n\
         | date | {date} |\n| processor | {processor}, {cores} cores; the server on core 0, all clients on core 1 |\n\
         | memory | {memory} GiB |\n| kernel | Linux {kernel} |\n\
         | append 160 bytes + `fdatasync`, p50 / p99 | {p50:.3} / {p99:.2} ms |\n| load average before | {load} |\n\n\
         {head}\n{rows}\n\n{METHOD}\n{OTHERS}",
        date = facts.date,
        processor = facts.processor,
        cores = facts.cores,
        memory = facts.memory_gib,
        kernel = facts.kernel,
        p50 = facts.flush.0,
        p99 = facts.flush.1,
        load = facts.load,
        head = Finding::TABLE_HEAD,
        rows = rows.join("\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_machine_every_finding_and_whether_it_was_reached() {
        let facts = Facts {
            processor: "Some Processor".into(),
            cores: 2,
            memory_gib: 24,
            kernel: "6.1".into(),
            flush: (0.09, 1.2),
            load: "0.30".into(),
            date: "2026-01-01 00:00 UTC".into(),
        };
        let finding = |what: &str, reached| Finding {
            what: what.into(),
            echo: "1 ms".into(),
            accord: "2 ms".into(),
            ratio: "2.0".into(),
            target: "≤ 3 ms".into(),
            verdict: Verdict::of(reached),
        };
        let page = page(&facts, &[finding("one", true), finding("two", false)], false);
        for part in [
            "Some Processor, 2 cores",
            "0.090 / 1.20 ms",
            "2026-01-01",
            "| one | 1 ms | 2 ms | 2.0 | ≤ 3 ms | reached |",
            "| two |",
            "**not reached**",
        ] {
            assert!(page.contains(part), "no {part} in:\n{page}");
        }
        assert!(!page.contains("quick run"));
    }
}
