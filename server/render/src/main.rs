//! Typesets one edition and exits: an edition in JSON on standard input, a PDF on standard output.
//!
//! A process of its own because typesetting can't be interrupted and can need memory out of all proportion to its
//! input; here the operating system puts bounds on it and the server lives on. Whatever fails is one line of JSON on
//! standard error that names a field and a code point, never the words of the record.

mod clean;
mod fault;
mod fields;
mod fonts;
mod job;
mod limits;
mod prepare;
mod typeset;

use std::io::{self, Read, Write};
use std::process::ExitCode;

use fault::Fault;
use job::Job;

fn main() -> ExitCode {
    fault::silence_panics();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Nobody to tell when standard error is gone as well.
            let _ = writeln!(io::stderr(), "{}", fault.to_line());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Fault> {
    limits::set()?;
    let pdf = typeset(&read_input()?)?;
    io::stdout().write_all(&pdf).map_err(|error| Fault::Output { detail: error.kind().to_string() })
}

fn read_input() -> Result<Vec<u8>, Fault> {
    let mut input = Vec::new();
    io::stdin()
        .take(limits::INPUT_BYTES + 1)
        .read_to_end(&mut input)
        .map_err(|error| Fault::Input { detail: error.kind().to_string() })?;
    if input.len() as u64 > limits::INPUT_BYTES {
        return Err(Fault::TooLarge { detail: format!("more than {} bytes of input", limits::INPUT_BYTES) });
    }
    Ok(input)
}

fn typeset(input: &[u8]) -> Result<Vec<u8>, Fault> {
    let job = Job::decode(input)?;
    let fields = fields::of(&job.edition);
    let text_bytes: usize = fields.iter().map(|field| field.text.len()).sum();
    if text_bytes > limits::TEXT_BYTES {
        return Err(Fault::TooLarge { detail: format!("{text_bytes} bytes of text, {} allowed", limits::TEXT_BYTES) });
    }
    let fonts = fonts::load(&job.fonts, &fields)?;
    let sheet = prepare::sheet(&job.edition, fonts.families(), job.attachment.is_some());
    typeset::pdf(&job, &sheet, &fonts, &fields)
}
