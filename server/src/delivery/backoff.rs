//! How long to wait before the next try.

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;

/// The wait after the n-th attempt failed, counted from 1; none when a person has to look at it.
pub(super) const fn after(attempts: i32) -> Option<i64> {
    match attempts {
        i32::MIN..=1 => Some(MINUTE),
        2 => Some(5 * MINUTE),
        3 => Some(30 * MINUTE),
        4 => Some(2 * HOUR),
        5 => Some(8 * HOUR),
        6 => Some(24 * HOUR),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<i64> = (1..).map_while(after).collect();
        assert!(waits.is_sorted() && waits.len() == 6);
        assert_eq!(after(7), None);
    }
}
