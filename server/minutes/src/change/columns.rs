//! How many operations a change unfolds to, told from its bytes before the library unfolds them: a hundred bytes can stand
//! for more operations than there is time for, or for one that replaces more values than there is memory for.

use super::Refusal;

/// The column with an entry for each operation, and the one that says how many values each replaces.
const ACTION: u64 = 4 << 4 | 2;
const REPLACED: u64 = 7 << 4;

/// Refuses what unfolds to more than so many operations, or to more values replaced than an honest change of so many
/// could. `body` is a change without the header of its chunk.
pub(super) fn unfold_to_at_most(body: &[u8], most: u64) -> Result<(), Refusal> {
    let columns = Reader(body).columns().ok_or(Refusal::Malformed("its columns can't be told apart"))?;
    let (mut operations, mut replaced) = (0_u64, 0_u64);
    for (kind, bytes) in columns {
        match kind {
            ACTION => operations = operations.saturating_add(Reader(bytes).total(|count, _| Some(count))),
            REPLACED => replaced = replaced.saturating_add(Reader(bytes).total(u64::checked_mul)),
            _ => {}
        }
    }
    // Each replaces one value as a rule; more, where several people set it at once.
    if operations <= most && replaced <= 2 * most { Ok(()) } else { Err(Refusal::TooLarge) }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Each column of a change: its kind and its bytes.
    fn columns(mut self) -> Option<Vec<(u64, &'a [u8])>> {
        let deps = self.number()?;
        self.take(deps.checked_mul(32)?)?;
        self.prefixed()?; // actor
        self.number()?; // sequence
        self.number()?; // first operation
        self.number()?; // time
        self.prefixed()?; // message
        for _ in 0..self.number()? {
            self.prefixed()?; // another actor
        }
        let mut sizes = Vec::new();
        for _ in 0..self.number()? {
            sizes.push((self.number()?, self.number()?));
        }
        sizes.into_iter().map(|(kind, size)| Some((kind, self.take(size)?))).collect()
    }

    /// The sum over the runs of a run-length encoded column, each of so many entries of one value; endless, if it can't be
    /// told.
    fn total(mut self, of_run: fn(u64, u64) -> Option<u64>) -> u64 {
        let mut total = 0_u64;
        while !self.0.is_empty() {
            match self.run(of_run).and_then(|run| total.checked_add(run)) {
                Some(sum) => total = sum,
                None => return u64::MAX,
            }
        }
        total
    }

    fn run(&mut self, of_run: fn(u64, u64) -> Option<u64>) -> Option<u64> {
        let length = self.signed()?;
        match length {
            0 => of_run(self.number()?, 0), // empty entries
            1.. => of_run(length.unsigned_abs(), self.number()?),
            _ => {
                // So many entries one by one.
                let mut sum = 0_u64;
                for _ in 0..length.unsigned_abs() {
                    sum = sum.checked_add(of_run(1, self.number()?)?)?;
                }
                Some(sum)
            }
        }
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }

    fn number(&mut self) -> Option<u64> {
        self.leb128().map(|(number, _)| number)
    }

    fn signed(&mut self) -> Option<i64> {
        let (number, bits) = self.leb128()?;
        let unused = 64_u32.saturating_sub(bits);
        Some((number << unused).cast_signed() >> unused)
    }

    /// A number, and how many bits of it were written.
    fn leb128(&mut self) -> Option<(u64, u32)> {
        let mut number = 0_u64;
        for at in 0..10 {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                return Some((number, 7 * (at + 1)));
            }
        }
        None
    }
}
